import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { svgOf } from "../sample/svg.ts";
import { sleep } from "./host.ts";

/** Where what was seen is kept as pictures, for a person to look at. */
const SHOTS = new URL("../../dist/shots/", import.meta.url).pathname;

/** Debian's tmux on this machine, with a server of the test's own. */
export class Tmux {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static async start(): Promise<Tmux> {
    const there = await sh("command -v tmux");
    if (there.code !== 0) {
      const got = await sh(
        "apt-get -qq install -y --no-install-recommends tmux || { apt-get -qq update && apt-get -qq install -y --no-install-recommends tmux; }",
      );
      assertEquals(got.code, 0, got.text);
    }
    return new Tmux(`pgladder-${Deno.pid}`);
  }

  /** A window that runs a command, and stays when that has ended. */
  async open(name: string, columns: number, rows: number, command: string[]) {
    await this.#run(
      ...["-f", "/dev/null", "new-session", "-d", "-s", name],
      ...["-x", `${columns}`, "-y", `${rows}`, "--", ...command],
    );
    await this.#run("set-option", "-t", name, "remain-on-exit", "on");
  }

  /** What stands on it: words alone, or with the codes of their colours. */
  async screen(name: string, colours = false): Promise<string> {
    const text = await this.#run(
      ...["capture-pane", "-p", "-t", name, ...(colours ? ["-e"] : [])],
    );
    return text.trimEnd();
  }

  /** Waits until it shows what is looked for. */
  async shows(name: string, what: RegExp, seconds = 300): Promise<string> {
    let text = "";
    for (let turn = 0; turn < seconds * 5; turn++) {
      text = await this.screen(name);
      if (what.test(text)) return text;
      await sleep(200);
    }
    throw new Error(`"${name}" does not show ${what}, but:\n${text}`);
  }

  async type(name: string, ...keys: string[]) {
    await this.#run("send-keys", "-t", name, ...keys);
  }

  async resize(name: string, columns: number, rows: number) {
    await this.#run(
      ...["resize-window", "-t", name, "-x", `${columns}`, "-y", `${rows}`],
    );
  }

  /** Its terminal goes away, as when a laptop is closed. */
  async close(name: string) {
    await this.#run("kill-session", "-t", name);
  }

  async stop() {
    // None may be left that could be stopped.
    await sh(`tmux -L ${this.#socket} kill-server`);
  }

  /** Keeps it as a picture, dist/shots/session-NAME.svg. */
  async keep(name: string, picture: string, columns: number) {
    const text = (await this.screen(name, true))
      // Codes that tmux writes in its own way: several at once, the default.
      // deno-lint-ignore no-control-regex
      .replace(/\u001b\[(39|49|0)?m/g, "\u001b[0m");
    await Deno.mkdir(SHOTS, { recursive: true });
    await Deno.writeTextFile(
      join(SHOTS, `session-${picture}.svg`),
      svgOf(text, columns),
    );
  }

  async #run(...words: string[]): Promise<string> {
    const { code, stderr, stdout } = await new Deno.Command("tmux", {
      args: ["-L", this.#socket, ...words],
      env: { TERM: "xterm-256color" },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals(code, 0, `tmux ${words.join(" ")}: ${text(stderr)}`);
    return text(stdout);
  }
}

async function sh(script: string): Promise<{ code: number; text: string }> {
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", script],
    stdout: "null",
  }).output();
  return { code, text: new TextDecoder().decode(stderr) };
}

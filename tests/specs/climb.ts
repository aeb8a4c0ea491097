import { type Host, type Output, sleep, text } from "./host.ts";
import { entriesIn, journalPath, wordsOf } from "./journal.ts";

/** One life of pgladder, watched by its journal. */
export class Climb {
  readonly #process: Deno.ChildProcess;
  readonly #output: Promise<Output>;
  #ended = false;

  constructor(
    readonly host: Host,
    prefix: readonly string[],
    readonly words: readonly string[],
  ) {
    const [command = "", ...args] = [...prefix, ...words];
    this.#process = new Deno.Command(command, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#output = this.#process.output().then((output) => {
      this.#ended = true;
      return {
        code: output.code,
        stdout: text(output.stdout),
        stderr: text(output.stderr),
      };
    });
  }

  /** Its end, by itself or by what we did to it. */
  end(): Promise<Output> {
    return this.#output;
  }

  /** Waits until it has written a fact such as "step-done dump". */
  async reaches(
    fact: string,
    { volume = "/srv/db", from = 0 }: { volume?: string; from?: number } = {},
  ): Promise<void> {
    const path = this.host.path(journalPath(volume));
    await this.#watch(
      `"${fact}" in the journal`,
      () => wordsOf(entriesIn(path).slice(from)).includes(fact),
    );
  }

  /** Waits for anything else. */
  async meets(what: string, holds: () => Promise<boolean>): Promise<void> {
    await this.#watch(what, holds);
  }

  /** Frozen, so that the world can be looked at in this very moment. */
  async freeze(): Promise<void> {
    Deno.kill(await this.pid(), "SIGSTOP");
  }

  async thaw(): Promise<void> {
    const pid = await this.pid();
    this.#wakeNsenter();
    Deno.kill(pid, "SIGCONT");
  }

  /** Its end by a signal. */
  async kill(signal: Deno.Signal = "SIGKILL"): Promise<Output> {
    Deno.kill(await this.pid(), signal);
    this.#wakeNsenter();
    return await this.#output;
  }

  /** It has stopped itself along with a child that was frozen. */
  #wakeNsenter() {
    try {
      Deno.kill(this.#process.pid, "SIGCONT");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Its end by itself, or by SIGKILL after so long: nobody else can go on before. */
  async ends(ms = 3000): Promise<void> {
    await Promise.race([this.#output, sleep(ms)]);
    if (!this.#ended) await this.kill();
  }

  /** Its process as this machine numbers it: the one child of nsenter. */
  async pid(): Promise<number> {
    const { pid } = this.#process;
    for (let tries = 0; tries < 200; tries++) {
      const name = Deno.readTextFileSync(`/proc/${pid}/comm`).trim();
      const [child] = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`)
        .split(" ").filter((word) => word !== "");
      if (name === "nsenter" && child !== undefined) return Number(child);
      await sleep(10);
    }
    throw new Error("Cannot find the process of pgladder");
  }

  async #watch(what: string, holds: () => Promise<boolean> | boolean) {
    while (!await holds()) {
      if (this.#ended) {
        // Its last action may have been the very thing.
        if (await holds()) return;
        const { code, stderr, stdout } = await this.#output;
        throw new Error(
          `pgladder ended with ${code} before ${what}:\n${stdout}${stderr}`,
        );
      }
      await sleep(4);
    }
  }
}

import { dirname, fromFileUrl, join } from "@std/path";
import { Climb } from "./climb.ts";
import { program } from "./program.ts";

const RIG = fromFileUrl(new URL("../rig/rig", import.meta.url));

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A database host of a test's own, with pgladder installed. */
export class Host {
  #root = "";

  private constructor(readonly name: string) {}

  /** What an earlier, interrupted test has left under that name goes first. */
  static async raise(name: string, ...options: string[]): Promise<Host> {
    const host = new Host(name);
    await Host.lower(name);
    const file = await program();
    await host.rig("up", name, ...options);
    host.#root = (await host.rig("root", name)).stdout.trim();
    await host.rig("put", name, file, "/usr/local/bin/pgladder");
    return host;
  }

  /** One that stands already, unchanged. */
  static async again(name: string): Promise<Host> {
    const host = new Host(name);
    host.#root = (await host.rig("root", name)).stdout.trim();
    return host;
  }

  /** Takes it down, also where it never came up. */
  static async lower(name: string): Promise<void> {
    succeeded(["down", name], await run([RIG, "down", name]));
  }

  /** A command of the rig that must succeed. */
  async rig(...words: string[]): Promise<Output> {
    return succeeded(words, await run([RIG, ...words]));
  }

  /** A command in the host. */
  exec(...words: string[]): Promise<Output> {
    return run([RIG, "exec", this.name, "--", ...words]);
  }

  /** A command in the host that must succeed; what it printed. */
  async ok(...words: string[]): Promise<string> {
    return succeeded(words, await this.exec(...words)).stdout;
  }

  /** A package of Debian's: the host has no network, this machine has. */
  async installs(name: string): Promise<void> {
    const script =
      `cp --remove-destination /etc/resolv.conf "$1/etc/resolv.conf"
      chroot "$1" apt-get -qq update
      chroot "$1" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \\
        apt-get install -qq --no-install-recommends "$2"
      : >"$1/etc/resolv.conf"`;
    const words = ["bash", "-ceu", script, "install", this.path("/"), name];
    succeeded(["installs", name], await run(words));
  }

  /** A few lines of shell in the host that must succeed. */
  shell(script: string): Promise<string> {
    return this.ok("bash", "-ceu", script);
  }

  pgladder(...words: string[]): Promise<Output> {
    return this.exec("pgladder", ...words);
  }

  /** pgladder at work, to be watched, stopped or killed. */
  begin(...words: string[]): Climb {
    return this.beginBy("pgladder", ...words);
  }

  /** The same by another build, under another name. */
  beginBy(program: string, ...words: string[]): Climb {
    return new Climb(this, [RIG, "exec", this.name, "--", program], words);
  }

  /** The same from a terminal over sshd, as an operator has it. */
  beginOverSsh(...words: string[]): Climb {
    const ssh = ["ssh", "-tt", "localhost", "pgladder"];
    return new Climb(this, [RIG, "exec", this.name, "--", ...ssh], words);
  }

  /** The power cut: all that runs in the host dies at once. */
  async cutPower(): Promise<void> {
    await this.rig("kill", this.name);
  }

  async boot(): Promise<void> {
    await this.rig("boot", this.name);
  }

  /** Everything on the disks, to come back to with `restore`. */
  async save(label: string): Promise<void> {
    await this.ok("sync");
    await this.rig("snapshot", this.name, label);
  }

  /** The disks as a power cut would leave them now, unsynced writes lost. */
  async snapshot(label: string): Promise<void> {
    await this.rig("snapshot", this.name, label);
  }

  /** Cuts the power, puts those disks back, boots. */
  async restore(label: string): Promise<void> {
    await this.rig("restore", this.name, label);
  }

  /** A path of the host as this machine sees it. */
  path(path: string): string {
    const disk = /^\/srv\/(xfs|ext4|btrfs)(?=\/|$)/.exec(path);
    return disk === null
      ? join(this.#root, path)
      : join(dirname(this.#root), disk[1] ?? "", path.slice(disk[0].length));
  }

  read(path: string): string {
    return Deno.readTextFileSync(this.path(path));
  }

  exists(path: string): boolean {
    return this.inode(path) !== undefined;
  }

  inode(path: string): number | undefined {
    try {
      return Deno.lstatSync(this.path(path)).ino ?? undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /** The names in a directory; none where it is missing. */
  list(path: string): string[] {
    try {
      return [...Deno.readDirSync(this.path(path))].map(({ name }) => name)
        .sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Each file's checksum, each entry's owner, mode and time of change. */
  async tree(path: string): Promise<string> {
    return await this.#list(path, "%P %y %m %U %G %T@\\n");
  }

  /** Each file's name and checksum: an entrypoint gives away what it finds. */
  async files(path: string): Promise<string> {
    return await this.#list(path, "%P %y\\n");
  }

  async #list(path: string, format: string): Promise<string> {
    const script = `cd "$1" && find . -printf '${format}' | sort &&
      find . -type f -print0 | sort -z | xargs -0 sha256sum`;
    const words = ["bash", "-ceu", script, "tree", this.path(path)];
    return succeeded(words, await run(words)).stdout;
  }

  /** The names of all containers, running or not. */
  async containers(...options: string[]): Promise<string[]> {
    const names = await this.ok(
      "podman",
      "ps",
      "-a",
      ...options,
      "--format",
      "{{.Names}}",
    );
    return names.split("\n").filter((name) => name !== "").sort();
  }

  async unitState(unit: string): Promise<string> {
    return (await this.exec("systemctl", "is-active", unit)).stdout.trim();
  }
}

/** Waits for what comes about by itself. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 180,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!await holds()) {
    if (Date.now() > end) {
      throw new Error(`It has not come about in ${seconds} s: ${what}`);
    }
    await sleep(50);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function run(words: readonly string[]): Promise<Output> {
  const [command = "", ...args] = words;
  const child = new Deno.Command(command, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Words alone: a page is as wide as its terminal. */
export function flat(page: string): string {
  return page.replace(/\s+/g, " ");
}

function succeeded(words: readonly string[], output: Output): Output {
  if (output.code === 0) return output;
  throw new Error(
    `'${
      words.join(" ")
    }' ended with ${output.code}:\n${output.stdout}${output.stderr}`,
  );
}

/**
 * Root directories that hold a static busybox and bash, and nothing else: no C
 * library, no /etc, no /usr. What starts there starts on NixOS and Alpine.
 */
import { join } from "@std/path";

/** What a script in a bare root did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of this machine to its end. */
export async function run(command: string, args: string[]): Promise<Outcome> {
  const output = await new Deno.Command(command, { args, stdin: "null" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return {
    code: output.code,
    stdout: text(output.stdout),
    stderr: text(output.stderr),
  };
}

/** As `run`, but what fails throws. */
export async function must(command: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(command, args);
  if (code !== 0) {
    throw new Error(
      `"${command} ${args.join(" ")}" exited with ${code}: ${stderr}`,
    );
  }
  return stdout;
}

/** Debian's statically linked shells, installed where they are missing. */
async function shells(): Promise<{ busybox: string; bash: string }> {
  const found = { busybox: "/bin/busybox", bash: "/bin/bash-static" };
  const isThere = async () =>
    (await run("busybox", ["--help"]).catch(() => ({ code: 1 }))).code === 0 &&
    (await run("bash-static", ["-c", "true"]).catch(() => ({ code: 1 })))
        .code === 0;
  if (await isThere()) return found;
  const install = ["-q", "install", "-y", "busybox-static", "bash-static"];
  if ((await run("apt-get", install)).code !== 0) {
    await must("apt-get", ["-q", "update"]);
    await must("apt-get", install);
  }
  return found;
}

export class BareRoot {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** A new root with the given files of this machine as programs in its /bin. */
  static async create(programs: Record<string, string>): Promise<BareRoot> {
    const path = await Deno.makeTempDir({ prefix: "pgladder-root-" });
    const { busybox, bash } = await shells();
    for (const directory of ["bin", "dev", "proc", "tmp", "var/tmp"]) {
      await Deno.mkdir(join(path, directory), { recursive: true });
    }
    await must("chmod", ["1777", join(path, "tmp"), join(path, "var/tmp")]);
    await must("chmod", ["755", path]);
    await must("cp", ["-L", busybox, join(path, "bin/busybox")]);
    await must("cp", ["-L", bash, join(path, "bin/bash")]);
    await must("chroot", [path, "/bin/busybox", "--install", "-s", "/bin"]);
    await must("mknod", ["-m", "666", join(path, "dev/null"), "c", "1", "3"]);
    for (const [name, file] of Object.entries(programs)) {
      await must("cp", ["--reflink=auto", file, join(path, "bin", name)]);
    }
    return new BareRoot(path);
  }

  /** The path on this machine of a path in the root. */
  at(path: string): string {
    return join(this.#path, path);
  }

  /**
   * The command line that runs a shell script in the root, by default as root. It is
   * replaced by that shell, so that a signal sent to it arrives there. What the
   * script mounts is gone with it.
   */
  command(script: string, { proc = true, user = 0 } = {}): string[] {
    const mount = proc ? `mount -t proc proc "$0/proc" && ` : "";
    const enter =
      `${mount}exec chroot --userspec=${user}:${user} "$0" /bin/env -i PATH=/bin HOME=/ sh -c "$1"`;
    return ["unshare", "--mount", "sh", "-c", enter, this.#path, script];
  }

  /** Runs a shell script in the root. */
  async run(
    script: string,
    options: { proc?: boolean; user?: number } = {},
  ): Promise<Outcome> {
    const [command, ...args] = this.command(script, options);
    // Nothing here takes a minute, but what goes wrong must not go on for ever.
    return await run("timeout", ["60", command ?? "", ...args]);
  }

  async [Symbol.asyncDispose]() {
    await must("rm", ["-rf", "--one-file-system", this.#path]);
  }
}

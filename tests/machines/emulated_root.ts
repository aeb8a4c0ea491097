import { fromFileUrl, join } from "@std/path";
import { must, type Outcome, run } from "../../lib/pack/bare_root.ts";

/**
 * A root directory of an aarch64 machine, whose programs Debian's qemu-user
 * runs on this one. The kernel is told of qemu in a user namespace of its own
 * (Linux 6.7 or newer), so nothing else here is told of it. Needs root and, each
 * time, Debian's mirrors.
 */

const HOME = fromFileUrl(new URL("../..", import.meta.url));
const QEMU = "usr/bin/qemu-aarch64-static";

const DIRECTORIES = [
  ...["bin", "dev", "proc", "registry", "root", "tmp", "srv"],
  ...["repository", "cache/npm", "var/lib", "var/tmp"],
];

/**
 * Waits until its parent has given it all users and groups, tells the kernel
 * that qemu runs what is an ELF program of 64 bits for machine 0xb7 (elf.h:
 * EM_AARCH64), and runs $2 in the root $0.
 */
const ENTER = String.raw`read -r given
magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
mount -t binfmt_misc none "$0/registry" || exit 99
printf ':aarch64:M::%s:%s:%s:FP' "$magic" "$mask" "$1" >"$0/registry/register" || exit 99
mount --rbind /proc "$0/proc"
mount --bind /dev/null "$0/dev/null"
mount --bind "$3" "$0/repository"
mount --bind "$4" "$0/cache/npm"
exec chroot "$0" /bin/env -i PATH=/bin HOME=/root NO_COLOR=1 sh -c "$2" </dev/null`;

export class EmulatedRoot {
  private constructor(
    readonly path: string,
    readonly qemu: string,
    readonly npmCache: string,
  ) {}

  /**
   * With Debian's static shells for aarch64, the file as /bin/pgladder, and in
   * /repository and /cache what a suite needs.
   */
  static async create(file: string): Promise<EmulatedRoot> {
    const work = await Deno.makeTempDir({ prefix: "pgladder-aarch64-" });
    const { npmCache } = JSON.parse(
      await must(Deno.execPath(), ["info", "--json"]),
    );
    const qemu = join(work, QEMU);
    const root = new EmulatedRoot(join(work, "root"), qemu, npmCache);
    const debian = join(HOME, "lib/pack/debian.sh");
    const here = await must("dpkg", ["--print-architecture"]);
    await must("sh", [debian, here, work, "qemu-user-static"]);
    const shells = ["busybox-static", "bash-static"];
    await must("sh", [debian, "arm64", join(work, "shells"), ...shells]);
    for (const directory of DIRECTORIES) {
      await Deno.mkdir(root.at(directory), { recursive: true });
    }
    for (
      const [from, to] of [["busybox", "busybox"], ["bash-static", "bash"]]
    ) {
      const shell = join(work, `shells/bin/${from}`);
      await must("cp", [shell, root.at(`bin/${to}`)]);
    }
    // As `busybox --install` would link them, which runs in the root alone.
    for (const name of ["env", "sh"]) {
      await Deno.symlink("busybox", root.at(`bin/${name}`));
    }
    await Deno.writeTextFile(root.at("dev/null"), "");
    await must("cp", ["--reflink=auto", file, root.at("bin/pgladder")]);
    await root.ok("/bin/busybox --install -s /bin || true");
    return root;
  }

  at(path: string): string {
    return join(this.path, path);
  }

  /** Runs a shell script in the root. */
  async run(script: string): Promise<Outcome> {
    const args = ["3600", "unshare", "--user", "--mount", "sh", "-euc", ENTER];
    const child = new Deno.Command("timeout", {
      args: [...args, this.path, this.qemu, script, HOME, this.npmCache],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = child.output();
    const inside = await insideOf(child.pid);
    for (const map of ["uid_map", "gid_map"]) {
      await Deno.writeTextFile(`/proc/${inside}/${map}`, "0 0 4294967295");
    }
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("given\n"));
    await writer.close();
    const { code, stderr, stdout } = await output;
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** As `run`; what fails throws. */
  async ok(script: string): Promise<string> {
    const { code, stderr, stdout } = await this.run(script);
    if (code !== 0) {
      throw new Error(`"${script}" exited with ${code}: ${stderr}`);
    }
    return stdout;
  }

  async [Symbol.asyncDispose]() {
    await must("rm", ["-rf", "--one-file-system", join(this.path, "..")]);
  }
}

/** The shell below `timeout`, once it is in a user namespace of its own. */
async function insideOf(timeout: number): Promise<string> {
  const { stdout: outside } = await run("readlink", ["/proc/self/ns/user"]);
  for (let tries = 0; tries < 500; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const children = `/proc/${timeout}/task/${timeout}/children`;
    const [child] = (await Deno.readTextFile(children)).split(" ");
    if (child === undefined || child === "") continue;
    const { stdout } = await run("readlink", [`/proc/${child}/ns/user`]);
    if (stdout !== "" && stdout !== outside) return child;
  }
  throw new Error("unshare has made no user namespace in 10 s");
}

import { fromFileUrl, join } from "@std/path";

/**
 * The contracts of the ports, kept by the real things: run in a rig of its
 * own, with the permissions that the program has. It runs where rigs have
 * been raised before, since the first one takes minutes.
 */
const RIG = "contract";
const CACHE = Deno.env.get("PGLADDER_RIG_CACHE") ?? "/var/cache/pgladder-rig";
const LIBC = `/usr/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;

const root = fromFileUrl(new URL("../..", import.meta.url));
const rig = join(root, "tests/rig/rig");

const NARROW = [
  "--allow-read",
  "--allow-write",
  "--allow-run",
  "--allow-env",
  "--allow-sys",
  `--allow-ffi=${LIBC}`,
];

async function must(...command: readonly string[]): Promise<string> {
  const [program = "", ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  const [said, failed] = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  if (!success) throw new Error(`${command.join(" ")}\n${said}${failed}`);
  return said ?? "";
}

/** Deno, what it has fetched, and the sources, in the rig below /opt. */
async function prepare(): Promise<void> {
  const disks = ["xfs", "ext4", "btrfs"].flatMap((type) => ["--disk", type]);
  await must(rig, "up", RIG, ...disks, "--size", "1G");
  await must(rig, "docker", RIG, "15");
  await must(
    rig,
    "put",
    RIG,
    await Deno.realPath(Deno.execPath()),
    "/opt/deno",
  );
  const { npmCache } = JSON.parse(
    await must(Deno.execPath(), "info", "--json"),
  );
  await must(rig, "put", RIG, npmCache, "/opt/cache/npm");
  for (const part of ["lib", "journal", "tests/contract"]) {
    await must(rig, "put", RIG, join(root, part), `/opt/pgladder/${part}`);
  }
  for (const file of ["deno.json", "deno.lock"]) {
    await must(rig, "put", RIG, join(root, file), `/opt/pgladder/${file}`);
  }
}

async function inRig(
  suite: string,
  permissions: readonly string[],
  env: readonly string[] = [],
): Promise<void> {
  const options = ["--no-prompt", "--no-check", "--cached-only", "--frozen"];
  await must(
    rig,
    "exec",
    RIG,
    "--",
    "env",
    "--chdir=/opt/pgladder",
    "DENO_DIR=/opt/cache",
    "DENO_NO_UPDATE_CHECK=1",
    ...env,
    "/opt/deno",
    "test",
    ...options,
    ...permissions,
    `tests/contract/real_${suite}.ts`,
  );
}

async function isRaised(): Promise<boolean> {
  if (Deno.uid() !== 0) return false;
  try {
    return (await Deno.stat(join(CACHE, "store.img"))).isFile;
  } catch {
    // No rig has been raised here.
    return false;
  }
}

Deno.test({
  name: "The real things keep the contracts of their ports",
  ignore: !await isRaised(),
  fn: async (t) => {
    try {
      await prepare();
      for (
        const suite of ["files", "containers", "volumes", "units", "clusters"]
      ) {
        await t.step(suite, () => inRig(suite, NARROW));
      }
      await t.step(
        "files, by programs in place of libc",
        () => inRig("files", ["--allow-all"], ["PGLADDER_LIBC=/none"]),
      );
    } finally {
      await must(rig, "down", RIG);
    }
  },
});

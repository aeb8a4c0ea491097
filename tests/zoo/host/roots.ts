import { join } from "@std/path";

/** The images' roots, unpacked once into memory, and the place of the zoo. */

const RIG = join(import.meta.dirname ?? ".", "../../rig");
const CACHE = Deno.env.get("PGLADDER_RIG_CACHE") ?? "/var/cache/pgladder-rig";
/** In memory: nothing of it is to outlive the machine, and no disk is waited for. */
export const PLACE = Deno.env.get("PGLADDER_ZOO") ?? "/run/pgladder-zoo";

export type Major = 13 | 15 | 17 | 18;
export const MAJORS: readonly Major[] = [13, 15, 17, 18];
export const rootOf = (major: Major) => join(PLACE, "roots", String(major));

/** @throws {Error} the program fails, with what it said */
export async function must(program: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code === 0) return text(stdout);
  throw new Error(
    `${program} ${args.join(" ")}: ${text(stderr)}${text(stdout)}`,
  );
}

/** What the official image of that version sets. */
export function imageOf(major: Major, version: string) {
  const inner = major >= 18
    ? "/var/lib/postgresql"
    : "/var/lib/postgresql/data";
  const pgdata = major >= 18 ? `${inner}/${major}/docker` : inner;
  return {
    inner,
    pgdata,
    env: {
      PATH:
        `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/${major}/bin`,
      LANG: "en_US.utf8",
      PG_MAJOR: String(major),
      PG_VERSION: version,
      PGDATA: pgdata,
      HOME: "/root",
    },
  };
}

const versionFile = (major: Major) => join(PLACE, "roots", `${major}.version`);

export const versionOf = (major: Major) =>
  Deno.readTextFileSync(versionFile(major)).trim();

/** Makes whatever is missing: the memory, and in it the roots. */
export async function openPlace() {
  await Deno.mkdir(PLACE, { recursive: true });
  const mounts = await Deno.readTextFile("/proc/self/mounts");
  if (!mounts.includes(` ${PLACE} tmpfs `)) {
    await must("mount", "-t", "tmpfs", "-o", "mode=755", "pgladder-zoo", PLACE);
  }
  await Deno.mkdir(join(PLACE, "roots"), { recursive: true });
  const missing: Major[] = [];
  for (const major of MAJORS) {
    if (!await exists(versionFile(major))) missing.push(major);
  }
  if (missing.length > 0) {
    await withImages(async () => {
      for (const major of missing) await unpack(major);
    });
  }
}

async function unpack(major: Major) {
  const item = await imageItem(major);
  const fresh = `${rootOf(major)}.new`;
  await Deno.remove(fresh, { recursive: true }).catch(() => {});
  await Deno.mkdir(fresh);
  await must("tar", "-C", fresh, "-xf", join(item, "rootfs.tar"));
  await must(
    "install",
    "-m755",
    join(RIG, "image/docker-entrypoint.sh"),
    join(fresh, "usr/local/bin"),
  );
  await must("mv", "-T", fresh, rootOf(major));
  await Deno.copyFile(join(item, "version"), versionFile(major));
}

export const exists = (path: string) =>
  Deno.lstat(path).then(() => true, () => false);

/** The rig's store is open, and has its images, as long as a host is up. */
async function withImages(use: () => Promise<void>) {
  await must(join(RIG, "rig"), "up", "zoo-images");
  try {
    await use();
  } finally {
    await must(join(RIG, "rig"), "down", "zoo-images");
  }
}

async function imageItem(major: Major): Promise<string> {
  const store = join(CACHE, "run/store/items");
  for await (const { name } of Deno.readDir(store)) {
    if (name.startsWith(`postgres-${major}-`) && !name.endsWith(".new")) {
      return join(store, name);
    }
  }
  throw new Error(`The rig has no postgres:${major}`);
}

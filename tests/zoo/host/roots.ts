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

export const versionOf = (major: Major) =>
  Deno.readTextFileSync(join(PLACE, "roots", `${major}.version`)).trim();

/** Makes whatever is missing: the memory, and in it the roots. */
export async function openPlace() {
  await Deno.mkdir(PLACE, { recursive: true });
  const mounts = await Deno.readTextFile("/proc/self/mounts");
  if (!mounts.includes(` ${PLACE} tmpfs `)) {
    await must("mount", "-t", "tmpfs", "-o", "mode=755", "pgladder-zoo", PLACE);
  }
  await Deno.mkdir(join(PLACE, "roots"), { recursive: true });
  for (const major of MAJORS) {
    const version = join(PLACE, "roots", `${major}.version`);
    if (await exists(version)) continue;
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
    await Deno.copyFile(join(item, "version"), version);
  }
}

export const exists = (path: string) =>
  Deno.lstat(path).then(() => true, () => false);

/** The rig builds the images; where it has none yet it is asked for a host. */
async function imageItem(major: Major): Promise<string> {
  const store = join(CACHE, "run/store/items");
  const find = async () => {
    for await (const { name } of Deno.readDir(store)) {
      if (
        name.startsWith(`postgres-${major}-`) && !name.endsWith(".new")
      ) return join(store, name);
    }
  };
  const found = await find().catch(() => undefined);
  if (found !== undefined) return found;
  await must(join(RIG, "rig"), "up", "zoo-images");
  await must(join(RIG, "rig"), "down", "zoo-images");
  const built = await find();
  if (built === undefined) throw new Error(`The rig has no postgres:${major}`);
  return built;
}

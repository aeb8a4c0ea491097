import { fromFileUrl } from "@std/path";

const HOME = fromFileUrl(new URL("../..", import.meta.url));
const SOURCES = ["main.ts", "deno.json", "lib", "journal"];

/**
 * The one file that is tested: `PGLADDER_BINARY`, or dist/pgladder, built
 * where it is missing or older than its sources.
 */
export async function program(): Promise<string> {
  const given = Deno.env.get("PGLADDER_BINARY");
  if (given !== undefined) return given;
  const file = `${HOME}/dist/pgladder`;
  // Several files of tests run at once: the first one builds.
  await Deno.mkdir(`${HOME}/dist`, { recursive: true });
  using lock = await Deno.open(`${HOME}/dist/.building`, {
    create: true,
    write: true,
  });
  await lock.lock(true);
  if (isCurrent(file)) return file;
  const { success, stderr } = await new Deno.Command("make", {
    args: ["-C", HOME, "build"],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return file;
}

function isCurrent(file: string): boolean {
  try {
    const built = Deno.statSync(file).mtime?.getTime() ?? 0;
    return SOURCES.every((source) => newest(`${HOME}/${source}`) <= built);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function newest(path: string): number {
  const { isDirectory, mtime } = Deno.statSync(path);
  if (!isDirectory) return mtime?.getTime() ?? 0;
  return [...Deno.readDirSync(path)]
    .filter(({ name }) => !name.endsWith("_test.ts"))
    .reduce((time, { name }) => Math.max(time, newest(`${path}/${name}`)), 0);
}

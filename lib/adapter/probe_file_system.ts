import { dirname, resolve } from "@std/path";
import { PortError } from "../port/ports.ts";
import { isNocow, makeAlike, takesNocow } from "./attributes.ts";
import { heldPlaces } from "./held_places.ts";
import { isOfTheHost } from "./host_error.ts";
import { libc, RENAME_EXCHANGE } from "./libc.ts";
import { proc } from "./proc.ts";
import { rename } from "./rename.ts";
import { run } from "./process.ts";

const PREFIX = ".pgladder-try-";
/** More than a file system would keep within an inode. */
const CLONED_BYTES = 64 * 1024;

/**
 * Tried, since no list of file systems knows what the next kernel can do. Both
 * names stand in the directory itself: what somebody else, whose directory it
 * is, puts in their place meanwhile is never walked through.
 */
export function canExchange(directory: string): Promise<boolean> {
  return inThrowAway(directory, (a) =>
    inThrowAway(directory, async (b) => {
      const before = Deno.lstatSync(a).ino;
      const why = await rename(a, b, RENAME_EXCHANGE);
      return why === undefined && Deno.lstatSync(b).ino === before;
    }, false), false);
}

/** Clones between two mounts are made from then on. */
const CLONES_BETWEEN_MOUNTS = [5, 18] as const;

/**
 * Of a directory that may be somebody else's: by files that never have a name,
 * so nobody can put another one in their place.
 */
export function canCloneWithin(directory: string): boolean {
  const release = proc.text("/proc/sys/kernel/osrelease") ?? "";
  const [major = 0, minor = 0] = release.split(".").map(Number);
  const [since, within] = CLONES_BETWEEN_MOUNTS;
  if (major < since || major === since && minor < within) return false;
  const bytes = new Uint8Array(CLONED_BYTES).fill(1);
  return (libc()?.canClone(directory, bytes) ?? false) &&
    isAlikeBelow(directory);
}

/** Names of what a directory beside this one cannot be given. */
export function notCarried(directory: string): Promise<readonly string[]> {
  return inThrowAway(
    dirname(directory),
    (place) => Promise.resolve(makeAlike(place, directory, "all")),
    [],
  );
}

/**
 * Between two mounts kernels before 5.18 do not clone, and btrfs never between
 * a file with `chattr +C` and one without: what is made for a clone gets the
 * attributes of the directory, so its files must all have the same.
 */
export async function canClone(directory: string): Promise<boolean> {
  return await inThrowAway(dirname(directory), async (place) => {
    if (!Deno.statSync(directory).isDirectory) return false;
    for (const name of ["from", "to", "from-mount", "to-mount"]) {
      Deno.mkdirSync(`${place}/${name}`);
    }
    makeAlike(`${place}/from`, directory, "all");
    makeAlike(`${place}/to`, directory, "all");
    Deno.writeFileSync(
      `${place}/from/a`,
      new Uint8Array(CLONED_BYTES).fill(1),
    );
    const command = ["unshare", "--mount", "sh", "-ceu", CLONE, "sh", place];
    return (await run(command)).code === 0 &&
      (!takesNocow(`${place}/to-mount`) || isAlikeBelow(directory));
  }, false);
}

/** Its mounts are gone with it: their namespace is its own. */
const CLONE = `cd "$1"
mount --bind from from-mount
mount --bind to to-mount
cp --reflink=always from-mount/a to-mount/b`;

/** Where the directory's flag is not known no other one is, either. */
function isAlikeBelow(directory: string): boolean {
  const wanted = isNocow(directory);
  return wanted === undefined || allAre(directory, wanted);
}

function allAre(directory: string, wanted: boolean): boolean {
  for (const { isDirectory, isFile, name } of Deno.readDirSync(directory)) {
    const path = `${directory}/${name}`;
    try {
      if (isFile && isNocow(path) === !wanted) return false;
      if (isDirectory && !allAre(path, wanted)) return false;
    } catch (error) {
      // A running server removes files while they are looked at.
      if (!(error instanceof PortError) && !isOfTheHost(error)) throw error;
    }
  }
  return true;
}

async function inThrowAway<T>(
  directory: string,
  act: (place: string) => Promise<T>,
  otherwise: T,
): Promise<T> {
  let place: string | undefined;
  const changed = await changedAt(directory);
  try {
    place = makeThrowAway(directory);
    return await act(place);
  } catch (error) {
    // A read-only or full file system can do nothing of it.
    if (isOfTheHost(error)) return otherwise;
    throw error;
  } finally {
    if (place !== undefined) {
      await removeThrowAway(place);
      await setChangedAt(directory, changed);
    }
  }
}

/** Seconds since 1970, with all digits that the file system keeps; or "". */
async function changedAt(directory: string): Promise<string> {
  const { code, stdout } = await run(["stat", "-Lc", "%.9Y", "--", directory]);
  return code === 0 ? stdout.trim() : "";
}

/** What was tried leaves no trace, so that a plan changes nothing. */
async function setChangedAt(directory: string, changed: string) {
  if (!/^\d+\.\d+$/.test(changed)) return;
  await run(["touch", "-cmd", `@${changed}`, "--", directory]);
}

function makeThrowAway(directory: string): string {
  const path = `${resolve(directory)}/${PREFIX}${crypto.randomUUID()}`;
  if (heldPlaces()?.makeDirectory(path) === undefined) {
    Deno.mkdirSync(path, { mode: 0o700 });
  }
  return path;
}

/** Whoever turns the way elsewhere for an instant leaves nothing behind. */
async function removeThrowAway(path: string) {
  for (let tries = 1;; tries++) {
    try {
      if (await heldPlaces()?.remove(path)) return;
      return Deno.removeSync(path, { recursive: true });
    } catch (error) {
      if (tries >= REMOVALS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * tries));
    }
  }
}

const REMOVALS = 10;

import { basename, dirname } from "@std/path";
import { PortError } from "../port/ports.ts";
import { heldPlaces } from "./held_places.ts";
import { libc } from "./libc.ts";

/**
 * Changes of names and small files that a power cut leaves done or undone.
 * The calls are synchronous, because what they promise is an order.
 */

/** A name without its directory synced can be lost. */
export function syncDirectory(path: string): void {
  using directory = Deno.openSync(path);
  directory.syncSync();
}

export function syncParents(...paths: readonly string[]): void {
  for (const parent of new Set(paths.map((path) => dirname(path)))) {
    syncDirectory(parent);
  }
}

/** Undefined where nothing is; the name itself, not what it leads to. */
export function lookAt(path: string): Deno.FileInfo | undefined {
  return unlessMissing(() => Deno.lstatSync(path));
}

export function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/** In a data directory its owner may make as many files as the disk has room for. */
const MOST_NAMES = 100_000;

/**
 * The names in a directory, in order.
 *
 * @throws {PortError} they are more than anything that is looked at here has
 */
export function namesIn(path: string, most = MOST_NAMES): string[] {
  const names: string[] = [];
  for (const { name } of Deno.readDirSync(path)) {
    if (names.length >= most) {
      throw new PortError(`'${path}' holds more than ${most} names`);
    }
    names.push(name);
  }
  return names.sort();
}

/** Where a new thing is made before it gets its name. */
export function besideOf(path: string): string {
  // Hidden and with an ending of its own, so that no one takes it for config.
  return `${dirname(path)}/.${basename(path)}.pgladder-new`;
}

/**
 * Beside, synced, renamed, directory synced. Owner and mode of a file that
 * was there stay.
 */
export function replaceFile(path: string, text: string, mode: number): void {
  const before = lookAt(path);
  if (before !== undefined && !before.isFile) {
    throw new PortError(`'${path}' is not a plain file`);
  }
  const beside = besideOf(path);
  // What an interrupted attempt left; nobody else uses such a name.
  removeOne(beside);
  try {
    writeNew(beside, text, before ?? { uid: null, gid: null, mode });
    const held = heldPlaces();
    if (!held?.rename(beside, path, 0)) Deno.renameSync(beside, path);
  } catch (error) {
    // On a full disk the half of it is in the way of others.
    removeOne(beside);
    throw error;
  }
  syncParents(path);
}

/** A file, a link or an empty directory; nothing there is no error. */
export function removeOne(path: string): void {
  if (lookAt(path) === undefined) return;
  if (!heldPlaces()?.removeOne(path)) Deno.removeSync(path);
}

/**
 * A new file of root's alone, open to be written. By its name it is opened a
 * second time, and what was made is what must be opened.
 */
export function createNew(path: string): Deno.FsFile {
  const inode = heldPlaces()?.create(path);
  if (inode === undefined) {
    return Deno.openSync(path, { createNew: true, write: true, mode: 0o600 });
  }
  const file = Deno.openSync(path, { write: true });
  if (file.statSync().ino === inode) return file;
  file.close();
  throw new PortError(`'${path}' was replaced`);
}

/** A new file, on the disk when it returns unless that is not wanted. */
export function writeNew(
  path: string,
  text: string,
  owner: Pick<Deno.FileInfo, "uid" | "gid" | "mode">,
  { durable } = { durable: true },
): void {
  using file = createNew(path);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    at += file.writeSync(bytes.subarray(at));
  }
  give(path, file.statSync(), owner);
  if (durable) file.syncSync();
}

/**
 * Owner and mode of what was just made: of that very inode, since in a
 * directory of somebody's its name may stand for another thing by now.
 *
 * @param made what was seen of it when it was made
 * @throws {PortError} it is no longer there
 */
export function give(
  path: string,
  made: Deno.FileInfo,
  owner: Pick<Deno.FileInfo, "uid" | "gid" | "mode">,
): void {
  const mode = permissions(owner.mode ?? 0o600);
  const uid = owner.uid ?? made.uid ?? 0;
  const gid = owner.gid ?? made.gid ?? 0;
  const inode = made.ino ?? 0;
  const calls = libc();
  if (calls?.give(path, inode, { uid, gid, mode })) return;
  if (calls !== undefined || lookAt(path)?.ino !== inode) {
    throw new PortError(`Cannot give '${path}' its owner and mode`);
  }
  if (owner.uid !== null) Deno.chownSync(path, uid, gid);
  // After chown, which takes setuid bits away; the umask has no say in it.
  Deno.chmodSync(path, mode);
}

export function permissions(mode: number): number {
  return mode & 0o7777;
}

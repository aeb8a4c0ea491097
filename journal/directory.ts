import type { Store } from "./journal.ts";

/** Large enough for hundreds of journals, small enough to go unnoticed. */
const RESERVE_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** Room for the largest journal. */
const SLICE_BYTES = 256 * 1024;

/**
 * Names that are made and moved in the very directory that a path leads to,
 * over no link that somebody puts there meanwhile.
 */
export interface Names {
  /** An empty file of root's alone; its inode. Undefined: it failed. */
  create(path: string): number | undefined;
  /** In the place of what is there. False: it failed. */
  replace(from: string, to: string): boolean;
  /** False: it is still there, or there was none. */
  removeOne(path: string): boolean;
}

let names: () => Names | undefined = () => undefined;

/**
 * Asked for at the first name that is made. Deno's own calls, which go by the
 * path alone, do where nobody is named.
 */
export function useNames(given: () => Names | undefined): void {
  names = given;
}

/**
 * `VOLUME.pgladder/` as far as the journal needs it: the document, the lock
 * and the reserve. Its calls are synchronous, because what they promise is
 * an order: nothing else may happen in between.
 */
export class JournalDirectory implements Store {
  #lock: Deno.FsFile | undefined;
  #inode: number | null | undefined;

  constructor(readonly path: string) {}

  get journalPath(): string {
    return `${this.path}/journal.json`;
  }

  get reservePath(): string {
    return `${this.path}/reserve`;
  }

  /** Where the journal of a closed run lies. */
  historyPath(run: string): string {
    return `${this.path}/history/${run}.json`;
  }

  read(): string | undefined {
    try {
      return Deno.readTextFileSync(this.journalPath);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /**
   * Beside, synced, renamed, directory synced: weaker recipes were seen to
   * lose acknowledged entries in power cuts on XFS, ext4 and btrfs.
   */
  replace(text: string): void {
    const beside = `${this.journalPath}.new`;
    this.#requireSame();
    for (let written = false; !written;) {
      try {
        writeSynced(beside, text);
        written = true;
      } catch (error) {
        // A full disk must not keep a rollback from being written down.
        if (!this.#releaseSlice()) throw error;
      }
    }
    this.#requireSame();
    rename(beside, this.journalPath);
    syncDirectory(this.path);
    this.#requireSame();
  }

  /**
   * Where the directory above is somebody else's, another thing may stand here
   * by now: nothing is written there, and nothing counts that was.
   */
  #requireSame(): void {
    const found = statOf(this.path);
    // Whoever writes there is told that it is gone.
    if (found === undefined) return;
    this.#inode ??= found.ino;
    if (found.isDirectory && found.ino === this.#inode) return;
    throw new Error(`"${this.path}" was replaced: a person must look`);
  }

  /**
   * Takes the lock, which dies with its holder. False: another process holds
   * it. Names are durable from then on: the last holder may have died between
   * its rename and the sync, and what is read now is acted on.
   */
  tryLock(): boolean {
    const file = openOrMake(`${this.path}/lock`, { write: true });
    // Who closed a run removed the lock's name: a lock on that is none.
    if (!file.tryLockSync(true) || !isNamed(file, `${this.path}/lock`)) {
      file.close();
      return false;
    }
    this.#lock = file;
    syncDirectory(this.path);
    this.#requireSame();
    return true;
  }

  unlock(): void {
    this.#lock?.close();
    this.#lock = undefined;
  }

  /** Fills the reserve up; without space for that it stays unchanged. */
  fillReserve(): void {
    const before = sizeOf(this.reservePath);
    if (before === RESERVE_BYTES) return;
    try {
      fillUp(this.reservePath, before ?? 0);
    } catch {
      // No space for a reserve is no reason to refuse a rollback.
      if (before === undefined) this.#removeReserve();
      else truncate(this.reservePath, before);
    }
  }

  /** The closed journal goes to `history/`, which alone is no leftover. */
  archive(run: string): void {
    const history = `${this.path}/history`;
    this.#requireSame();
    Deno.mkdirSync(history, { recursive: true, mode: 0o700 });
    rename(this.journalPath, this.historyPath(run));
    syncDirectory(history);
    syncDirectory(this.path);
  }

  /**
   * A slice and no more: whoever else fills the disk, be it our own job, takes
   * what is let go, and the next entry must find room as well.
   */
  #releaseSlice(): boolean {
    const size = sizeOf(this.reservePath);
    if (size === undefined) return false;
    if (size > SLICE_BYTES) truncate(this.reservePath, size - SLICE_BYTES);
    else this.#removeReserve();
    return true;
  }

  #removeReserve(): void {
    try {
      Deno.removeSync(this.reservePath);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    syncDirectory(this.path);
  }
}

const sizeOf = (path: string) => statOf(path)?.size;

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Synced, since blocks that were let go are free only after that. */
function truncate(path: string, bytes: number): void {
  using file = Deno.openSync(path, { write: true });
  file.truncateSync(bytes);
  file.syncSync();
}

function isNamed(file: Deno.FsFile, path: string): boolean {
  try {
    return file.statSync().ino === Deno.lstatSync(path).ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Makes names in a directory durable: a rename without this can be lost. */
export function syncDirectory(path: string): void {
  using directory = Deno.openSync(path);
  directory.syncSync();
}

function rename(from: string, to: string): void {
  // What it says of a failure is Deno's.
  if (!names()?.replace(from, to)) Deno.renameSync(from, to);
}

function writeSynced(path: string, text: string): void {
  names()?.removeOne(path);
  using file = openOrMake(path, { write: true, truncate: true });
  writeAll(file, new TextEncoder().encode(text));
  file.syncSync();
}

/** What is made is what must be opened: by its name it is looked up again. */
function openOrMake(path: string, how: Deno.OpenOptions): Deno.FsFile {
  const inode = statOf(path) === undefined ? names()?.create(path) : undefined;
  if (inode === undefined) {
    return Deno.openSync(path, { ...how, create: true, mode: 0o600 });
  }
  const file = Deno.openSync(path, how);
  if (file.statSync().ino === inode) return file;
  file.close();
  throw new Error(`"${path}" was replaced: a person must look`);
}

/** Random bytes, since a file of zeros takes no space on some file systems. */
function fillUp(path: string, from: number): void {
  using file = openOrMake(path, { append: true });
  const chunk = crypto.getRandomValues(new Uint8Array(CHUNK_BYTES));
  for (let bytes = from; bytes < RESERVE_BYTES;) {
    const some = chunk.subarray(0, RESERVE_BYTES - bytes);
    writeAll(file, some);
    bytes += some.length;
  }
  file.syncSync();
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += file.writeSync(bytes.subarray(at));
  }
}

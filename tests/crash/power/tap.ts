import { HeldPlaces } from "../../../lib/adapter/held_places.ts";
import { Libc } from "../../../lib/adapter/libc.ts";
import { isOnDisk } from "./host/places.ts";
import { syncfs } from "./kernel.ts";

/**
 * Every call that changes something on the disk goes through here first: a
 * place to cut the power, and to leave a call out. It sits below the program
 * under test, in Deno's own calls, so that all of its code is run unchanged.
 */

export interface Call {
  readonly name: string;
  readonly path: string;
  /** Of "fsync": what is synced. */
  readonly directory: boolean;
}

export interface Watcher {
  /** Just before the call; true: leave it out, and say it was done. */
  before(call: Call): boolean;
  /** Write the journal and the small files in place rather than beside. */
  readonly inPlace?: boolean;
}

const CALM: Watcher = { before: () => false };
let watcher = CALM;
const opened = new Map<Deno.FsFile, { path: string; directory: boolean }>();
/** With `inPlace`: where a file that was to be renamed has been written. */
const written = new Map<string, string>();

const real = {
  openSync: Deno.openSync,
  renameSync: Deno.renameSync,
  mkdirSync: Deno.mkdirSync,
  removeSync: Deno.removeSync,
  remove: Deno.remove,
  chownSync: Deno.chownSync,
  chmodSync: Deno.chmodSync,
  writeSync: Deno.FsFile.prototype.writeSync,
  syncSync: Deno.FsFile.prototype.syncSync,
  truncateSync: Deno.FsFile.prototype.truncateSync,
  rename: HeldPlaces.prototype.rename,
  create: HeldPlaces.prototype.create,
  makeDirectory: HeldPlaces.prototype.makeDirectory,
  removeOne: HeldPlaces.prototype.removeOne,
  removeAll: HeldPlaces.prototype.remove,
  syncFileSystem: Libc.prototype.syncFileSystem,
  give: Libc.prototype.give,
};

/** From here on each call is told to this one. */
export function watch(next: Watcher | undefined): void {
  watcher = next ?? CALM;
  written.clear();
}

/** What a process that has died leaves to the kernel. */
export function closeAll(): void {
  for (const file of opened.keys()) {
    try {
      file.close();
    } catch {
      // It was closed already.
    }
  }
  opened.clear();
}

/** What a job does with `sync -f`. */
export function syncFileSystem(path: string): void {
  if (!told("syncfs", path)) syncfs(path);
}

let telling = false;

/** True: leave it out. */
function told(name: string, path: string | URL, directory = false): boolean {
  const where = String(path);
  // What the watcher itself does to the disk is nobody's business.
  if (telling || !isOnDisk(where)) return false;
  telling = true;
  try {
    return watcher.before({ name, path: where, directory });
  } finally {
    telling = false;
  }
}

const BESIDE = /^(.*)\.new$|^(.*\/)\.([^/]+)\.pgladder-new$/;

function inPlaceOf(path: string): string | undefined {
  const [, plain, directory, name] = BESIDE.exec(path) ?? [];
  return plain ?? (directory && name && directory + name);
}

function openSync(path: string | URL, options?: Deno.OpenOptions) {
  let where = String(path);
  const target = watcher.inPlace ? inPlaceOf(where) : undefined;
  const writes = options?.write || options?.append || options?.create;
  if (target !== undefined && writes) {
    written.set(where, target);
    where = target;
    options = { ...options, createNew: false, create: true, truncate: true };
  }
  if (writes) told("open", where);
  const file = real.openSync(where, options);
  if (isOnDisk(where)) {
    const { isDirectory } = file.statSync();
    opened.set(file, { path: where, directory: isDirectory });
  }
  return file;
}

function removeTree(path: string): void {
  const info = Deno.lstatSync(path);
  if (info.isDirectory) {
    for (const { name } of [...Deno.readDirSync(path)]) {
      removeTree(`${path}/${name}`);
    }
  }
  if (!told("remove", path)) real.removeSync(path);
}

/** Puts the tap in; once in a process. */
export function install(): void {
  Deno.openSync = openSync;
  Deno.renameSync = (from, to) => {
    if (written.delete(String(from))) return;
    if (!told("rename", to)) real.renameSync(from, to);
  };
  Deno.mkdirSync = (path, options) => {
    if (!told("mkdir", path)) real.mkdirSync(path, options);
  };
  Deno.chownSync = (path, uid, gid) => {
    const where = written.get(String(path)) ?? path;
    if (!told("chown", where)) real.chownSync(where, uid, gid);
  };
  Deno.chmodSync = (path, mode) => {
    const where = written.get(String(path)) ?? path;
    if (!told("chmod", where)) real.chmodSync(where, mode);
  };
  Deno.removeSync = (path, options) => {
    if (options?.recursive && isOnDisk(String(path))) {
      return removeTree(String(path));
    }
    if (!told("remove", path)) real.removeSync(path, options);
  };
  // One by one, so that it can be cut in the middle of it.
  Deno.remove = (path, options) =>
    isOnDisk(String(path))
      ? Promise.resolve().then(() => Deno.removeSync(path, options))
      : real.remove(path, options);
  installFiles();
  installPlaces();
}

function installPlaces(): void {
  const { prototype } = HeldPlaces;
  prototype.rename = function (from, to, flag) {
    if (flag === 0 && written.delete(from)) return true;
    if (told(flag === 2 ? "exchange" : "rename", to)) return true;
    return real.rename.call(this, from, to, flag);
  };
  // In place, or by its name where it is opened.
  prototype.create = function (path) {
    if (watcher.inPlace && inPlaceOf(path) !== undefined) return undefined;
    told("open", path);
    return real.create.call(this, path);
  };
  prototype.makeDirectory = function (path) {
    told("mkdir", path);
    return real.makeDirectory.call(this, path);
  };
  prototype.removeOne = function (path) {
    return told("remove", path) || real.removeOne.call(this, path);
  };
  // By Deno's own call, one by one, so that it can be cut in the middle of it.
  prototype.remove = function (path) {
    return isOnDisk(path)
      ? Promise.resolve(false)
      : real.removeAll.call(this, path);
  };
}

function installFiles(): void {
  const { prototype } = Deno.FsFile;
  prototype.writeSync = function (bytes) {
    const path = opened.get(this)?.path;
    if (path !== undefined && told("write", path)) return bytes.length;
    return real.writeSync.call(this, bytes);
  };
  prototype.truncateSync = function (bytes) {
    const path = opened.get(this)?.path;
    if (path !== undefined && told("truncate", path)) return;
    return real.truncateSync.call(this, bytes);
  };
  prototype.syncSync = function () {
    const known = opened.get(this);
    if (
      known !== undefined && told("fsync", known.path, known.directory)
    ) return;
    return real.syncSync.call(this);
  };
  Libc.prototype.give = function (path, inode, owner) {
    const where = written.get(path) ?? path;
    if (told("chown", where) || told("chmod", where)) return true;
    return real.give.call(this, where, inode, owner);
  };
  Libc.prototype.syncFileSystem = function (path) {
    if (told("syncfs", path)) return Promise.resolve(true);
    return real.syncFileSystem.call(this, path);
  };
}

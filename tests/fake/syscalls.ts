import { drop, type FakeDirectory, type FakeFile } from "./disk.ts";
import type { World } from "./world.ts";

/**
 * The system calls of `journal/directory.ts`, below the fake volumes: so the
 * journal's own code runs here, and each of its calls can be the last, can
 * fail, and can be lost in a power cut where it was not synced.
 */

let world: World | undefined;
let installed = false;

/** From here on these calls go to this world. */
export function useWorld(next: World) {
  world = next;
  if (!installed) install();
  installed = true;
}

/** Every call counts as a change; otherwise those alone that name something. */
let everyCall = false;
export function countEveryCall(wanted: boolean) {
  everyCall = wanted;
}

function worldFor(path: string | URL): World | undefined {
  return String(path).startsWith("/srv/") ? world : undefined;
}

function install() {
  const real = {
    readTextFileSync: Deno.readTextFileSync,
    openSync: Deno.openSync,
    renameSync: Deno.renameSync,
    mkdirSync: Deno.mkdirSync,
    removeSync: Deno.removeSync,
    lstatSync: Deno.lstatSync,
  };
  Deno.readTextFileSync = (path) => {
    const fake = worldFor(path);
    return fake === undefined
      ? real.readTextFileSync(path)
      : readText(fake, String(path));
  };
  Deno.openSync = (path, options) => {
    const fake = worldFor(path);
    return fake === undefined
      ? real.openSync(path, options)
      : open(fake, String(path), options ?? {});
  };
  Deno.renameSync = (from, to) => {
    const fake = worldFor(from);
    if (fake === undefined) return real.renameSync(from, to);
    rename(fake, String(from), String(to));
  };
  Deno.mkdirSync = (path, options) => {
    const fake = worldFor(path);
    if (fake === undefined) return real.mkdirSync(path, options);
    mkdir(fake, String(path));
  };
  Deno.removeSync = (path, options) => {
    const fake = worldFor(path);
    if (fake === undefined) return real.removeSync(path, options);
    remove(fake, String(path));
  };
  Deno.lstatSync = (path) => {
    const fake = worldFor(path);
    return fake === undefined
      ? real.lstatSync(path)
      : lstat(fake, String(path));
  };
}

function missing(path: string): Error {
  return new Deno.errors.NotFound(`No such file or directory: "${path}"`);
}

function placeOf(fake: World, path: string): [FakeDirectory, string] {
  const slash = path.lastIndexOf("/");
  const parent = fake.disk.directoryAt(path.slice(0, slash));
  if (parent === undefined) throw missing(path);
  return [parent, path.slice(slash + 1)];
}

/** Not durable: a power cut leaves the names that were synced. */
function setEntry(parent: FakeDirectory, name: string, file: FakeFile) {
  parent.onDisk ??= new Map(parent.entries);
  parent.entries.set(name, file);
}

function small(fake: World, name: string, whole: () => void) {
  if (everyCall) fake.change({ name, whole, honest: true });
  else fake.look(name, whole);
}

function readText(fake: World, path: string): string {
  return fake.look(`read ${path}`, () => {
    const text = fake.disk.textAt(path);
    if (text === undefined) throw missing(path);
    return text;
  });
}

function rename(fake: World, from: string, to: string) {
  fake.change({
    name: `rename(2) ${from} ${to}`,
    honest: true,
    whole() {
      const [source, oldName] = placeOf(fake, from);
      const [target, newName] = placeOf(fake, to);
      const node = source.entries.get(oldName);
      if (node?.kind !== "file") throw missing(from);
      drop(source, oldName);
      setEntry(target, newName, node);
    },
  });
}

function mkdir(fake: World, path: string) {
  if (fake.disk.at(path) !== undefined) return;
  fake.change({
    name: `mkdir(2) ${path}`,
    honest: true,
    whole() {
      const [parent, name] = placeOf(fake, path);
      parent.onDisk ??= new Map(parent.entries);
      parent.entries.set(
        name,
        fake.disk.newDirectory({ uid: 0, gid: 0, mode: 0o700 }),
      );
    },
  });
}

function remove(fake: World, path: string) {
  if (fake.disk.at(path) === undefined) throw missing(path);
  fake.change({
    name: `unlink(2) ${path}`,
    honest: true,
    whole: () => drop(...placeOf(fake, path)),
  });
}

function lstat(fake: World, path: string): Deno.FileInfo {
  return fake.look(`lstat ${path}`, () => {
    const node = fake.disk.at(path);
    if (node?.kind !== "file") throw missing(path);
    return { size: countOf(node), ino: node.inode } as Deno.FileInfo;
  });
}

/** How many bytes the reserve has; nothing else is asked for its size. */
const countOf = ({ content }: FakeFile) =>
  Number(/^(\d+) bytes$/.exec(String(content))?.[1] ?? 0);

function open(
  fake: World,
  path: string,
  options: Deno.OpenOptions,
): Deno.FsFile {
  const node = fake.disk.at(path);
  if (node?.kind === "directory") {
    return directoryHandle(fake, path, node) as unknown as Deno.FsFile;
  }
  if (node === undefined && !options.create) throw missing(path);
  const handle = new FileHandle(fake, path);
  small(fake, `open(2) ${path}`, () => handle.open(options));
  return handle as unknown as Deno.FsFile;
}

function directoryHandle(fake: World, path: string, node: FakeDirectory) {
  return {
    syncSync: () =>
      small(fake, `fsync(2) ${path}/`, () => node.onDisk = undefined),
    close() {},
    [Symbol.dispose]() {},
  };
}

/** As much of Deno.FsFile as the journal uses. */
class FileHandle {
  #file: FakeFile | undefined;
  #bytes = 0;
  /** The reserve's random bytes are counted, not kept. */
  readonly #counted: boolean;
  readonly #decoder = new TextDecoder();

  constructor(readonly fake: World, readonly path: string) {
    this.#counted = path.endsWith("/reserve");
  }

  open(options: Deno.OpenOptions) {
    const [parent, name] = placeOf(this.fake, this.path);
    const before = parent.entries.get(name);
    if (before?.kind === "file") {
      this.#file = before;
      if (options.truncate) before.content = "";
      if (this.#counted) this.#bytes = countOf(before);
      return;
    }
    const owner = { uid: 0, gid: 0, mode: 0o600 };
    this.#file = this.fake.disk.newFile("", owner, false);
    setEntry(parent, name, this.#file);
  }

  writeSync(bytes: Uint8Array): number {
    const file = this.#file;
    if (file === undefined) return 0;
    this.#bytes += bytes.length;
    if (this.#counted) {
      this.fake.refuse(`write(2) ${this.path}`);
      file.content = `${this.#bytes} bytes`;
      return bytes.length;
    }
    small(this.fake, `write(2) ${this.path}`, () => {
      file.content = `${String(file.content)}${this.#decoder.decode(bytes)}`;
    });
    return bytes.length;
  }

  truncateSync(bytes: number) {
    const file = this.#file;
    this.#bytes = bytes;
    small(this.fake, `ftruncate(2) ${this.path}`, () => {
      if (file !== undefined) file.content = `${bytes} bytes`;
    });
  }

  syncSync() {
    const file = this.#file;
    small(this.fake, `fsync(2) ${this.path}`, () => {
      if (file !== undefined) file.onDisk = file.content;
    });
  }

  statSync(): Deno.FileInfo {
    return { ino: this.#file?.inode ?? 0 } as Deno.FileInfo;
  }

  /** The lock dies with the process that holds it. */
  tryLockSync(): boolean {
    const { fake } = this;
    if (fake.lockedElsewhere) return false;
    if (fake.lockedBy === fake.life) return fake.lockHandle === this;
    fake.lockedBy = fake.life;
    fake.lockHandle = this;
    return true;
  }

  close() {
    if (this.fake.lockHandle === this) {
      this.fake.lockHandle = undefined;
      this.fake.lockedBy = 0;
    }
  }

  [Symbol.dispose]() {
    this.close();
  }
}

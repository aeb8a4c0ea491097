/**
 * The few calls of the C library that Deno has no words for: exchanging two
 * names, syncing a file system, and reading below /proc, which Deno allows
 * only with every permission there is.
 *
 * All but the sync and one kind of read run on the main thread, in the order
 * they are called in. `errno` cannot be read without permission for FFI as a
 * whole: a call says that it failed, and the caller looks why.
 */
const USUAL_PLACES = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/usr/lib/x86_64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
];

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
const O_RDONLY_CLOEXEC = 0o2000000;
const O_DIRECTORY_CLOEXEC = 0o2200000;

/**
 * Requests of ioctl(2) that tell a file system's UUID, and where in the
 * answer it stands: FS_IOC_GETFSUUID of linux/fs.h (XFS, ext4 and others from
 * Linux 6.9 on), BTRFS_IOC_FS_INFO of linux/btrfs.h.
 */
const UUID_REQUESTS = [[0x80111500n, 1], [0x8400941fn, 16]] as const;
const LONGEST_ANSWER = 1024;
const BUFFER_SIZE = 64 * 1024;
const BUFFER_SIZE_64 = BigInt(BUFFER_SIZE);

export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;

const SYMBOLS = {
  renameat2: {
    parameters: ["i32", "buffer", "i32", "buffer", "u32"],
    result: "i32",
  },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  // The kernel may wait before it answers: 20 ms for /proc/locks.
  readAside: {
    name: "read",
    parameters: ["i32", "buffer", "usize"],
    result: "isize",
    nonblocking: true,
  },
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  statx: {
    parameters: ["i32", "buffer", "i32", "u32", "buffer"],
    result: "i32",
  },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  // It can take minutes: off the main thread, so that signals are heard.
  syncfs: { parameters: ["i32"], result: "i32", nonblocking: true },
} as const;

export interface Stat {
  /** "major:minor", as in mountinfo. */
  readonly device: string;
  readonly inode: string;
  /** File type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly bytes: number;
}

let opened: Libc | undefined;
let tried = false;

/** Undefined where there is no libc, or no permission for it. */
export function libc(): Libc | undefined {
  if (!tried) opened = open();
  tried = true;
  return opened;
}

function open(): Libc | undefined {
  const named = Deno.env.get("PGLADDER_LIBC");
  const places = named === undefined ? USUAL_PLACES : [named];
  for (const place of places) {
    try {
      return new Libc(Deno.dlopen(place, SYMBOLS).symbols);
    } catch {
      // Not there, or not for us: the next place, or the programs instead.
    }
  }
  return undefined;
}

export class Libc {
  readonly #calls: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  /** For the calls that are over when they return, one after the other. */
  readonly #buffer = new Uint8Array(BUFFER_SIZE);

  constructor(calls: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"]) {
    this.#calls = calls;
  }

  /** False: it failed. */
  rename(from: string, to: string, flag: number): boolean {
    return this.#calls.renameat2(
      AT_FDCWD,
      zeroEnded(from),
      AT_FDCWD,
      zeroEnded(to),
      flag,
    ) === 0;
  }

  /** False: it failed. */
  async syncFileSystem(path: string): Promise<boolean> {
    const file = this.#calls.open(zeroEnded(path), O_RDONLY_CLOEXEC);
    if (file < 0) return false;
    const result = await this.#calls.syncfs(file);
    this.#calls.close(file);
    return result === 0;
  }

  /** The UUID of the file system that a path is on, if it tells. */
  uuid(path: string): string | undefined {
    const file = this.#calls.open(zeroEnded(path), O_RDONLY_CLOEXEC);
    if (file < 0) return undefined;
    const buffer = new Uint8Array(LONGEST_ANSWER);
    const found = UUID_REQUESTS.find(([request]) =>
      this.#calls.ioctl(file, request, buffer) === 0
    );
    this.#calls.close(file);
    if (found === undefined) return undefined;
    return uuidText(buffer.subarray(found[1], found[1] + 16));
  }

  /** Of what the path leads to, or with `link` of the name itself. */
  stat(path: string, link = false): Stat | undefined {
    const buffer = new Uint8Array(256);
    const flags = link ? AT_SYMLINK_NOFOLLOW : 0;
    const result = this.#calls.statx(
      AT_FDCWD,
      zeroEnded(path),
      flags,
      STATX_BASIC_STATS,
      buffer,
    );
    return result === 0 ? decodeStat(new DataView(buffer.buffer)) : undefined;
  }

  readText(path: string): string | undefined {
    const file = this.#calls.open(zeroEnded(path), O_RDONLY_CLOEXEC);
    if (file < 0) return undefined;
    const text = new Reading(this.#buffer);
    while (text.take(this.#calls.read(file, this.#buffer, BUFFER_SIZE_64)));
    this.#calls.close(file);
    return text.whole();
  }

  /** On another thread, while this one has other things to do. */
  async readTextAside(path: string): Promise<string | undefined> {
    const file = this.#calls.open(zeroEnded(path), O_RDONLY_CLOEXEC);
    if (file < 0) return undefined;
    const buffer = new Uint8Array(BUFFER_SIZE);
    const text = new Reading(buffer);
    while (
      text.take(await this.#calls.readAside(file, buffer, BUFFER_SIZE_64))
    );
    this.#calls.close(file);
    return text.whole();
  }

  readLink(path: string): string | undefined {
    const length = Number(
      this.#calls.readlink(zeroEnded(path), this.#buffer, BUFFER_SIZE_64),
    );
    if (length < 0) return undefined;
    return new TextDecoder().decode(this.#buffer.subarray(0, length));
  }

  /** Names in a directory, without "." and "..". */
  list(path: string): string[] | undefined {
    const file = this.#calls.open(zeroEnded(path), O_DIRECTORY_CLOEXEC);
    if (file < 0) return undefined;
    const names: string[] = [];
    let count = 0;
    do {
      count = Number(
        this.#calls.getdents64(file, this.#buffer, BUFFER_SIZE_64),
      );
      names.push(...decodeNames(this.#buffer.subarray(0, Math.max(count, 0))));
    } while (count > 0);
    this.#calls.close(file);
    if (count < 0) return undefined;
    return names.filter((name) => name !== "." && name !== "..");
  }
}

/** A file's text, as read(2) brings it. */
class Reading {
  readonly #buffer: Uint8Array;
  readonly #decoder = new TextDecoder();
  #text: string | undefined = "";

  /** @param buffer where each read puts its bytes */
  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  /** Takes what stands in the buffer; false: it was the end, or it failed. */
  take(count: number | bigint): boolean {
    const bytes = Number(count);
    if (bytes < 0) this.#text = undefined;
    if (bytes <= 0) return false;
    this.#text += this.#decoder.decode(this.#buffer.subarray(0, bytes), {
      stream: true,
    });
    return true;
  }

  /** Undefined: it could not be read. */
  whole(): string | undefined {
    return this.#text === undefined
      ? undefined
      : this.#text + this.#decoder.decode();
  }
}

function zeroEnded(path: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${path}\0`);
}

function uuidText(bytes: Uint8Array): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  return digits.join("")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** struct statx of linux/stat.h. */
function decodeStat(view: DataView): Stat {
  return {
    device: `${view.getUint32(0x88, true)}:${view.getUint32(0x8c, true)}`,
    inode: view.getBigUint64(0x20, true).toString(),
    mode: view.getUint16(0x1c, true),
    uid: view.getUint32(0x14, true),
    gid: view.getUint32(0x18, true),
    bytes: Number(view.getBigUint64(0x28, true)),
  };
}

/** struct linux_dirent64 of getdents64(2), one behind the other. */
function decodeNames(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const name = bytes.subarray(at + 19, at + view.getUint16(at + 16, true));
    names.push(new TextDecoder().decode(name.subarray(0, name.indexOf(0))));
    at += view.getUint16(at + 16, true);
  }
  return names;
}

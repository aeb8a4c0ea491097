import { joined, Reading, zeroEnded } from "./libc_bytes.ts";
import { RARE_SYMBOLS, SYMBOLS } from "./libc_symbols.ts";
import { OPEN } from "./open_flags.ts";
import {
  decodeNames,
  decodeStat,
  isLink,
  type Stat,
  uuidText,
} from "./kernel_structs.ts";

/**
 * The calls of the C library for what Deno cannot do: syncing a file system,
 * asking for its UUID, cloning a file, holding a name without opening what it
 * stands for, inodes beyond 2^53. Reading below /proc, /sys and /dev is among
 * them: Deno allows it with `--allow-all` alone (not even with `--deny-net`
 * beside it), and the packed program runs without leave to use the network.
 * Exchanging names is in `held_places.ts`, attributes are in `attributes.ts`.
 *
 * All but the sync and one kind of read run on the main thread, in the order
 * they are called in. `errno` cannot be read without permission for FFI as a
 * whole: a call says that it failed, and the caller looks why.
 */
const USUAL_PLACES = [
  `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  `/usr/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  "/lib64/libc.so.6",
  "/usr/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
];

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;

/**
 * Requests of ioctl(2) that tell a file system's UUID, and where in the
 * answer it stands: FS_IOC_GETFSUUID of linux/fs.h (XFS, ext4 and others from
 * Linux 6.9 on), BTRFS_IOC_FS_INFO of linux/btrfs.h.
 */
const UUID_REQUESTS = [[0x80111500n, 1], [0x8400941fn, 16]] as const;
const LONGEST_ANSWER = 1024;
const BUFFER_SIZE = 64 * 1024;
const BUFFER_SIZE_64 = BigInt(BUFFER_SIZE);

/** Request of ioctl(2) that makes a file a clone of another: linux/fs.h. */
const FICLONE = 0x40049409n;

const SEEK_SET = 0;

export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;

let opened: Libc | undefined;
let tried = false;

/** Undefined where there is no libc, or no permission for it. */
export function libc(): Libc | undefined {
  if (!tried) opened = open();
  tried = true;
  return opened;
}

function open(): Libc | undefined {
  const calls = openLibc(SYMBOLS);
  return calls && new Libc(calls);
}

/** Undefined where there is no libc, or no permission for it. */
export function openLibc<S extends Deno.ForeignLibraryInterface>(
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] | undefined {
  const named = Deno.env.get("PGLADDER_LIBC");
  const places = named === undefined ? USUAL_PLACES : [named];
  for (const place of places) {
    try {
      return Deno.dlopen(place, symbols).symbols;
    } catch {
      // Not there, or not for us: the next place, or the programs instead.
    }
  }
  return undefined;
}

export class Libc {
  readonly #calls: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  #openedRare: ReturnType<typeof openLibc<typeof RARE_SYMBOLS>>;
  /** For the calls that are over when they return, one after the other. */
  readonly #buffer = new Uint8Array(BUFFER_SIZE);

  constructor(calls: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"]) {
    this.#calls = calls;
  }

  get #rare() {
    return this.#openedRare ??= openLibc(RARE_SYMBOLS);
  }

  /** False: it failed. */
  async syncFileSystem(path: string): Promise<boolean> {
    const file = this.#calls.open(zeroEnded(path), OPEN.CLOEXEC);
    if (file < 0) return false;
    const result = await this.#rare?.syncfs(file);
    this.#calls.close(file);
    return result === 0;
  }

  /** The UUID of the file system that a path is on, if it tells. */
  uuid(path: string): string | undefined {
    const file = this.#calls.open(zeroEnded(path), OPEN.CLOEXEC);
    if (file < 0) return undefined;
    const buffer = new Uint8Array(LONGEST_ANSWER);
    const found = UUID_REQUESTS.find(([request]) =>
      this.#rare?.ioctl(file, request, buffer) === 0
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

  /** A name in a directory, or an absolute path, held without being opened. */
  hold(name: string, directory = AT_FDCWD): number | undefined {
    const held = this.#calls.openat(
      directory,
      zeroEnded(name),
      OPEN.PATH | OPEN.NOFOLLOW | OPEN.CLOEXEC,
      0,
    );
    return held < 0 ? undefined : held;
  }

  /** Of what is held, itself; a link's target is "" where it is none. */
  held(file: number): { readonly stat: Stat; readonly target: string } {
    const buffer = new Uint8Array(256);
    const none = zeroEnded("");
    const flags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW;
    this.#calls.statx(file, none, flags, STATX_BASIC_STATS, buffer);
    const stat = decodeStat(new DataView(buffer.buffer));
    if (!isLink(stat)) return { stat, target: "" };
    const length = Number(
      this.#calls.readlinkat(file, none, this.#buffer, BUFFER_SIZE_64),
    );
    const target = this.#buffer.subarray(0, Math.max(length, 0));
    return { stat, target: new TextDecoder().decode(target) };
  }

  /** The bytes of the plain file that is held, at most so many, from an offset. */
  readHeld(file: number, from: number, most: number): Uint8Array | undefined {
    const own = zeroEnded(`/proc/self/fd/${file}`);
    const flags = OPEN.NONBLOCK | OPEN.NOCTTY | OPEN.CLOEXEC;
    const open = this.#calls.open(own, flags);
    if (open < 0) return undefined;
    const parts: Uint8Array[] = [];
    let bytes = 0;
    let count = 0;
    if (from > 0) this.#calls.lseek(open, BigInt(from), SEEK_SET);
    do {
      const room = BigInt(Math.min(BUFFER_SIZE, most - bytes));
      count = Number(this.#calls.read(open, this.#buffer, room));
      if (count > 0) parts.push(this.#buffer.slice(0, count));
      bytes += Math.max(count, 0);
    } while (count > 0 && bytes < most);
    this.#calls.close(open);
    return count < 0 ? undefined : joined(parts, bytes);
  }

  /** Whether a file of the directory can be cloned; both have no name. */
  canClone(directory: string, bytes: Uint8Array<ArrayBuffer>): boolean {
    const flags = OPEN.TMPFILE | OPEN.RDWR | OPEN.CLOEXEC;
    const [from = -1, to = -1] = ["from", "to"].map(() =>
      this.#calls.openat(AT_FDCWD, zeroEnded(directory), flags, 0o600)
    );
    const cloned = from >= 0 && to >= 0 &&
      Number(this.#rare?.write(from, bytes, BigInt(bytes.length))) ===
        bytes.length &&
      this.#rare?.cloneFile(to, FICLONE, BigInt(from)) === 0;
    for (const file of [from, to]) if (file >= 0) this.#calls.close(file);
    return cloned;
  }

  letGo(file: number): void {
    this.#calls.close(file);
  }

  /**
   * Owner and permission bits of the very thing that has this inode: where
   * its name stands for another one by now, nothing is changed. Deno's inodes
   * are numbers, and not exact beyond 2^53.
   */
  give(
    path: string,
    inode: number,
    owner: { uid: number; gid: number; mode: number },
  ): boolean {
    const flags = OPEN.NOFOLLOW | OPEN.NONBLOCK | OPEN.CLOEXEC;
    const file = this.#calls.openat(AT_FDCWD, zeroEnded(path), flags, 0);
    if (file < 0) return false;
    // After chown, which takes setuid bits away; the umask has no say in it.
    const given = Number(this.held(file).stat.inode) === inode &&
      this.#rare?.fchown(file, owner.uid, owner.gid) === 0 &&
      this.#rare?.fchmod(file, owner.mode) === 0;
    this.#calls.close(file);
    return given;
  }

  readText(path: string): string | undefined {
    const file = this.#calls.open(zeroEnded(path), OPEN.CLOEXEC);
    if (file < 0) return undefined;
    const text = new Reading(this.#buffer);
    while (text.take(this.#calls.read(file, this.#buffer, BUFFER_SIZE_64)));
    this.#calls.close(file);
    return text.whole();
  }

  /** On another thread, while this one has other things to do. */
  async readTextAside(path: string): Promise<string | undefined> {
    const file = this.#calls.open(zeroEnded(path), OPEN.CLOEXEC);
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
    const file = this.#calls.open(
      zeroEnded(path),
      OPEN.DIRECTORY | OPEN.CLOEXEC,
    );
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

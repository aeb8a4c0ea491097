import { PortError } from "../port/ports.ts";
import { syncDirectory } from "./durable.ts";
import { openLibc } from "./libc.ts";
import { zeroEnded } from "./libc_bytes.ts";
import { OPEN } from "./open_flags.ts";

/**
 * What a file has beside owner and mode: extended attributes (SELinux's label
 * and POSIX ACLs are such ones), and the flags of chattr(1).
 */

/** FS_IOC_GETFLAGS and FS_IOC_SETFLAGS of linux/fs.h, for 64 bits. */
const GET_FLAGS = 0x80086601n;
const SET_FLAGS = 0x40086602n;

/** FS_NOCOW_FL: `chattr +C`. */
const NOCOW = 0x00800000;
/** NOCOW, and FS_COMPR_FL, FS_NOCOMP_FL, FS_NOATIME_FL: c, m and A. */
const CARRIED_FLAGS = NOCOW | 0x4 | 0x400 | 0x80;

/** As xattr(7) names them; the kernel keeps the others to itself. */
const LABELS = /^security\.(selinux|SMACK64\w*)$/;
const ALL = /^(security\.(selinux|SMACK64\w*)|system\.posix_acl_\w+|user\..+)$/;

/** The kernel's XATTR_SIZE_MAX and XATTR_LIST_MAX. */
const LONGEST = 64 * 1024;

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  flistxattr: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  fgetxattr: {
    parameters: ["i32", "buffer", "buffer", "usize"],
    result: "isize",
  },
  fsetxattr: {
    parameters: ["i32", "buffer", "buffer", "usize", "i32"],
    result: "i32",
  },
  fremovexattr: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

type Calls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

let opened: Calls | undefined;

function calls(): Calls | undefined {
  return opened ??= openLibc(SYMBOLS);
}

/**
 * Gives a directory what another one has; `label`: SELinux's label alone.
 *
 * @returns the names of what it could not be given
 */
export function makeAlike(
  path: string,
  like: string,
  what: "all" | "label",
): readonly string[] {
  const libc = calls();
  if (libc === undefined) return [];
  return withFile(libc, like, (from) =>
    withFile(libc, path, (to) => {
      const missed = what === "all" ? carryFlags(libc, from, to) : [];
      const wanted = what === "all" ? ALL : LABELS;
      const names = namesIn(libc, from).filter((name) => wanted.test(name));
      for (const name of names) {
        if (!carry(libc, { from, to, name })) missed.push(name);
      }
      if (what === "all") {
        // A parent's default ACL gives them to what is made in it.
        for (const name of namesIn(libc, to)) {
          if (/^system\.posix_acl_/.test(name) && !names.includes(name)) {
            libc.fremovexattr(to, zeroEnded(name));
          }
        }
      }
      syncDirectory(path);
      return missed;
    }));
}

/** `chattr +C`; undefined where it cannot be read. */
export function isNocow(path: string): boolean | undefined {
  const libc = calls();
  if (libc === undefined) return undefined;
  const flags = withFile(libc, path, (file) => flagsOf(libc, file));
  return flags === undefined ? undefined : (flags & NOCOW) !== 0;
}

/** The file system knows it: tried out on an empty directory. */
export function takesNocow(directory: string): boolean {
  const libc = calls();
  if (libc === undefined) return false;
  return withFile(libc, directory, (file) => {
    setFlags(libc, file, (flagsOf(libc, file) ?? 0) | NOCOW);
    return ((flagsOf(libc, file) ?? 0) & NOCOW) !== 0;
  });
}

function withFile<T>(libc: Calls, path: string, use: (file: number) => T): T {
  const file = libc.open(zeroEnded(path), OPEN.NONBLOCK | OPEN.CLOEXEC);
  if (file < 0) throw new PortError(`Cannot open '${path}'`);
  try {
    return use(file);
  } finally {
    libc.close(file);
  }
}

function flagsOf(libc: Calls, file: number): number | undefined {
  const buffer = new Uint8Array(8);
  return libc.ioctl(file, GET_FLAGS, buffer) === 0
    ? new DataView(buffer.buffer).getUint32(0, true)
    : undefined;
}

function carryFlags(libc: Calls, from: number, to: number): string[] {
  const [wanted, there] = [from, to].map((file) => flagsOf(libc, file));
  if (wanted === undefined || there === undefined) return [];
  const flags = (there & ~CARRIED_FLAGS) | (wanted & CARRIED_FLAGS);
  if (flags === there) return [];
  return setFlags(libc, to, flags) ? [] : ["attributes (chattr)"];
}

function setFlags(libc: Calls, file: number, flags: number): boolean {
  const buffer = new Uint8Array(8);
  new DataView(buffer.buffer).setUint32(0, flags >>> 0, true);
  return libc.ioctl(file, SET_FLAGS, buffer) === 0;
}

function carry(
  libc: Calls,
  { from, name, to }: { from: number; name: string; to: number },
): boolean {
  const [value, there] = [from, to].map((file) => valueOf(libc, file, name));
  if (value === undefined) return true;
  if (there !== undefined && isSame(value, there)) return true;
  return libc.fsetxattr(
    to,
    zeroEnded(name),
    value,
    BigInt(value.length),
    0,
  ) === 0;
}

function valueOf(libc: Calls, file: number, name: string) {
  const value = new Uint8Array(LONGEST);
  const length = Number(
    libc.fgetxattr(file, zeroEnded(name), value, BigInt(LONGEST)),
  );
  return length < 0 ? undefined : value.slice(0, length);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function namesIn(libc: Calls, file: number): string[] {
  const list = new Uint8Array(LONGEST);
  const length = Number(libc.flistxattr(file, list, BigInt(LONGEST)));
  const text = new TextDecoder().decode(list.subarray(0, Math.max(length, 0)));
  return text.split("\0").filter((name) => name !== "");
}

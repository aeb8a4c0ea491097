import { libc } from "../../../lib/adapter/libc.ts";

/**
 * Clones of files and mounts of them, by the kernel's own calls: a program for
 * each would take longer than all the rest of a case.
 */

const PLACES = [
  `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  "/usr/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
];

const { symbols } = Deno.dlopen(
  PLACES.find(isFile) ?? "libc.so.6",
  {
    open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    ioctl: { parameters: ["i32", "u64", "u64"], result: "i32" },
    mount: {
      parameters: ["buffer", "buffer", "buffer", "u64", "buffer"],
      result: "i32",
    },
    syncfs: { parameters: ["i32"], result: "i32" },
    umount2: { parameters: ["buffer", "i32"], result: "i32" },
  },
);

const O_RDWR = 2;
const O_CREAT_WRITE = 0o101;
const FICLONE = 0x40049409n;
const LOOP_CTL_GET_FREE = 0x4c82n;
const LOOP_CONFIGURE = 0x4c0an;
/** struct loop_config of linux/loop.h, and where its flags stand. */
const LOOP_CONFIG_BYTES = 304;
const LOOP_FLAGS_AT = 60;
const LO_FLAGS_AUTOCLEAR = 4;
const MS_BIND = 4096n;
const MS_REMOUNT = 32n;
const MNT_DETACH = 2;

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const zeroEnded = (text: string) => new TextEncoder().encode(`${text}\0`);

function openFile(path: string, flags: number): number {
  const file = symbols.open(zeroEnded(path), flags, 0o600);
  if (file < 0) throw new Error(`Cannot open "${path}"`);
  return file;
}

/**
 * A file that shares all its blocks with another: of a disk that is in use the
 * power cut, since what the page cache holds is not in it.
 */
export function clone(from: string, to: string): void {
  const source = openFile(from, 0);
  const target = openFile(to, O_CREAT_WRITE);
  const result = symbols.ioctl(target, FICLONE, BigInt(source));
  symbols.close(source);
  symbols.close(target);
  if (result !== 0) throw new Error(`Cannot clone "${from}"`);
}

/** A loop device that goes with its mount. */
function attach(image: string): { device: string; release: () => void } {
  const file = openFile(image, O_RDWR);
  const config = new Uint8Array(LOOP_CONFIG_BYTES);
  const view = new DataView(config.buffer);
  view.setUint32(0, file, true);
  view.setUint32(LOOP_FLAGS_AT, LO_FLAGS_AUTOCLEAR, true);
  const address = BigInt(
    Deno.UnsafePointer.value(Deno.UnsafePointer.of(config)),
  );
  const control = openFile("/dev/loop-control", O_RDWR);
  try {
    // Others on this machine take loop devices as well.
    for (let tries = 0; tries < 100; tries++) {
      const number = symbols.ioctl(control, LOOP_CTL_GET_FREE, 0n);
      const device = `/dev/loop${number}`;
      const loop = openFile(device, O_RDWR);
      if (symbols.ioctl(loop, LOOP_CONFIGURE, address) === 0) {
        return { device, release: () => symbols.close(loop) };
      }
      symbols.close(loop);
    }
    throw new Error(`Cannot find a loop device for "${image}"`);
  } finally {
    symbols.close(control);
    symbols.close(file);
  }
}

export function mountImage(image: string, type: string, at: string): void {
  const { device, release } = attach(image);
  // Clones of one XFS carry the same UUID.
  const options = type === "xfs" ? "nouuid" : "";
  const result = symbols.mount(
    zeroEnded(device),
    zeroEnded(at),
    zeroEnded(type),
    0n,
    zeroEnded(options),
  );
  release();
  if (result !== 0) throw new Error(`Cannot mount "${image}" as ${type}`);
}

export function syncfs(path: string): void {
  const file = openFile(path, 0);
  const result = symbols.syncfs(file);
  symbols.close(file);
  if (result === 0) return;
  // With a code, as every error of the host has one: a job dies of it.
  throw Object.assign(
    new Error(`Cannot sync the file system of "${path}"`),
    { code: "EIO" },
  );
}

/** An empty one, or with `remount` the one that is there with another size. */
export function mountMemory(
  at: string,
  { bytes, remount = false }: { bytes: number; remount?: boolean },
): void {
  const result = symbols.mount(
    zeroEnded("tmpfs"),
    zeroEnded(at),
    zeroEnded("tmpfs"),
    remount ? MS_REMOUNT : 0n,
    zeroEnded(`size=${bytes},mode=755`),
  );
  if (result !== 0) throw new Error(`Cannot mount a tmpfs on "${at}"`);
}

export function bind(from: string, to: string): void {
  const none = zeroEnded("");
  const result = symbols.mount(
    zeroEnded(from),
    zeroEnded(to),
    none,
    MS_BIND,
    none,
  );
  if (result !== 0) throw new Error(`Cannot bind "${from}" to "${to}"`);
}

export function unmount(path: string): void {
  if (symbols.umount2(zeroEnded(path), 0) !== 0) {
    symbols.umount2(zeroEnded(path), MNT_DETACH);
    throw new Error(`"${path}" is in use`);
  }
}

export const uuidOf = (path: string) => libc()?.uuid(path) ?? "";

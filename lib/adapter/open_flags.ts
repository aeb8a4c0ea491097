/**
 * The numbers of open(2)'s flags, which are not the same on every processor.
 * linux/fcntl.h of most is include/uapi/asm-generic/fcntl.h; that of aarch64 is
 * arch/arm64/include/uapi/asm/fcntl.h, which has four numbers of its own. What
 * else the kernel is asked here (ioctl(2)'s requests, the AT_ flags, the structs
 * of statx(2) and getdents64(2)) is the same on both.
 */
export type Processor = typeof Deno.build.arch;

const ALIKE = {
  WRONLY: 0o1,
  RDWR: 0o2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  NONBLOCK: 0o4000,
  CLOEXEC: 0o2000000,
  /** A name itself, whatever it is: nothing is waited for, no device wakes up. */
  PATH: 0o10000000,
} as const;

/** `__O_TMPFILE`: counts only together with DIRECTORY. */
const TMPFILE_ALONE = 0o20000000;

const OWN: Readonly<
  Record<Processor, { readonly DIRECTORY: number; readonly NOFOLLOW: number }>
> = {
  "x86_64": { DIRECTORY: 0o200000, NOFOLLOW: 0o400000 },
  aarch64: { DIRECTORY: 0o40000, NOFOLLOW: 0o100000 },
};

export function openFlagsOf(processor: Processor) {
  const own = OWN[processor];
  /** A file without a name, which goes when it is closed. */
  const TMPFILE = TMPFILE_ALONE | own.DIRECTORY;
  return { ...ALIKE, ...own, TMPFILE };
}

/** Of the processor that this runs on. */
export const OPEN = openFlagsOf(Deno.build.arch);

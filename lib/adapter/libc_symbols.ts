/**
 * The calls of the C library that are made, as Deno's FFI wants them told. It
 * compiles something for each, so every start opens only these.
 */
export const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
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
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  readlinkat: {
    parameters: ["i32", "buffer", "buffer", "usize"],
    result: "isize",
  },
} as const;

/** What few starts need. */
export const RARE_SYMBOLS = {
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  // Its third argument is a file here, and no place in memory.
  cloneFile: {
    name: "ioctl",
    parameters: ["i32", "u64", "usize"],
    result: "i32",
  },
  // It can take minutes: off the main thread, so that signals are heard.
  syncfs: { parameters: ["i32"], result: "i32", nonblocking: true },
} as const;

import { openLibc } from "../libc.ts";

const SYMBOLS = {
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
} as const;

/** Of poll(2): nobody reads what is written, or the line has hung up. */
const POLLERR = 0x08;
const POLLHUP = 0x10;

const STANDARD_OUTPUT = 1;

let calls: ReturnType<typeof openLibc<typeof SYMBOLS>>;

/**
 * Whoever read standard output has gone, as `head -4` does. Nothing is written
 * for it, and nothing is waited for. False where there is no C library to ask.
 */
export function isOutputClosed(): boolean {
  calls ??= openLibc(SYMBOLS);
  // struct pollfd: the file, the events asked for, and those that there are.
  const asked = new DataView(new ArrayBuffer(8));
  asked.setInt32(0, STANDARD_OUTPUT, true);
  calls?.poll(new Uint8Array(asked.buffer), 1n, 0);
  return (asked.getInt16(6, true) & (POLLERR | POLLHUP)) !== 0;
}

import { assertEquals } from "@std/assert";
import { OPEN, openFlagsOf } from "./open_flags.ts";

const ALIKE = {
  WRONLY: 0o1,
  RDWR: 0o2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  NONBLOCK: 0o4000,
  CLOEXEC: 0o2000000,
  PATH: 0o10000000,
};

Deno.test("open(2)'s flags are those of the kernel's headers for either processor", () => {
  assertEquals(openFlagsOf("x86_64"), {
    ...ALIKE,
    DIRECTORY: 0o200000,
    NOFOLLOW: 0o400000,
    TMPFILE: 0o20200000,
  });
  assertEquals(openFlagsOf("aarch64"), {
    ...ALIKE,
    DIRECTORY: 0o40000,
    NOFOLLOW: 0o100000,
    TMPFILE: 0o20040000,
  });
});

Deno.test("open(2)'s flags are those of the processor that runs this", () => {
  assertEquals(OPEN, openFlagsOf(Deno.build.arch));
});

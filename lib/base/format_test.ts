import { assertEquals } from "@std/assert";
import { bytes, duration, safe } from "./format.ts";

const KIB = 1024;

Deno.test("Bytes, in the largest unit that leaves a whole part", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [KIB, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [99.9 * KIB, "99.9 KiB"],
    [100 * KIB, "100 KiB"],
    [1023 * KIB, "1023 KiB"],
    [KIB ** 2 - 1, "1.0 MiB"],
    [1_825_361_101, "1.7 GiB"],
    [3 * KIB ** 4, "3.0 TiB"],
    [5000 * KIB ** 5, "5000 PiB"],
  ];
  for (const [count, words] of cases) assertEquals(bytes(count), words);
});

Deno.test("Milliseconds, as a person says them", () => {
  const second = 1000;
  const minute = 60 * second;
  const hour = 60 * minute;
  const cases: readonly (readonly [number, string])[] = [
    [0, "0.0 s"],
    [440, "0.4 s"],
    [9.94 * second, "9.9 s"],
    [9.96 * second, "10 s"],
    [10 * second, "10 s"],
    [59.4 * second, "59 s"],
    [59.6 * second, "1 min 0 s"],
    [72 * second, "1 min 12 s"],
    [119.7 * second, "2 min 0 s"],
    [hour - 1, "1 h 0 min"],
    [2 * hour + 5 * minute + 59 * second, "2 h 5 min"],
    [49 * hour, "49 h 0 min"],
  ];
  for (const [ms, words] of cases) assertEquals(duration(ms), words);
});

Deno.test("Foreign text cannot move the cursor, colour, or turn what follows", () => {
  const cases: readonly (readonly [string, string])[] = [
    ['größe "😀" \t\n', 'größe "😀" \t\n'],
    ["\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m"],
    ["over\rwritten\b\u0007", "over\\u000dwritten\\u0008\\u0007"],
    ["\u0000\u007f\u009b2J", "\\u0000\\u007f\\u009b2J"],
    [
      "a\u202etxt.exe\u2066\u2028\u2029b",
      "a\\u202etxt.exe\\u2066\\u2028\\u2029b",
    ],
    ["left\u200eright\u200f", "left\\u200eright\\u200f"],
  ];
  for (const [text, shown] of cases) assertEquals(safe(text), shown);
});

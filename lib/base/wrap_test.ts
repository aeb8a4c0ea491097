import { assertEquals } from "@std/assert";
import { columnsOf, fill, hang } from "./wrap.ts";

Deno.test("Text is broken between words, and a long word stays whole", () => {
  assertEquals(fill("a bc def", 4), ["a bc", "def"]);
  assertEquals(fill("a abcdefgh b", 4), ["a", "abcdefgh", "b"]);
  assertEquals(fill("", 4), []);
  assertEquals(fill('until "pgladder commit db". So', 12), [
    "until",
    '"pgladder commit db".',
    "So",
  ]);
});

Deno.test("What hangs is as far in as its begin is wide", () => {
  assertEquals(hang("  ab  ", "one two three four five six", 26), [
    "  ab  one two three four",
    "      five six",
  ]);
});

Deno.test("Letters that are two columns wide are counted so", () => {
  assertEquals(columnsOf("db"), 2);
  assertEquals(columnsOf("データ"), 6);
  assertEquals(columnsOf("e\u0301"), 1);
  assertEquals(fill("日本 日本", 8), ["日本", "日本"]);
});

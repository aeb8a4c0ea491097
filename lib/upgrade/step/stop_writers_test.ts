import { assertEquals } from "@std/assert";
import { partlyWords } from "./stop_writers.ts";

Deno.test("Of writers that are stopped in part only those are named that are not", () => {
  assertEquals(partlyWords(["app"], []), "still running: app");
  assertEquals(partlyWords([], ["b", "c"]), "may start by itself: b, c");
  assertEquals(
    partlyWords(["app"], ["b"]),
    "still running: app; may start by itself: b",
  );
});

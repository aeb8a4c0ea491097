import { assertEquals } from "@std/assert";
import { humbleWords } from "./low_priority.ts";

Deno.test("A humble container is limited by all that the host offers", () => {
  assertEquals(humbleWords(700, ["cpu", "io", "memory", "pids"]), [
    ...["--memory", "700m", "--cpu-shares", "2", "--blkio-weight", "10"],
  ]);
  assertEquals(humbleWords(700, ["memory"]), ["--memory", "700m"]);
  assertEquals(humbleWords(700, [""]), []);
});

import { assertEquals } from "@std/assert";
import { lowPriorityArguments } from "./low_priority.ts";

Deno.test("A humble container is limited by all that the host offers", () => {
  assertEquals(lowPriorityArguments(700, ["cpu", "io", "memory", "pids"]), [
    ...["--memory", "700m", "--cpu-shares", "2", "--blkio-weight", "10"],
  ]);
  assertEquals(lowPriorityArguments(700, ["memory"]), ["--memory", "700m"]);
  assertEquals(lowPriorityArguments(700, [""]), []);
});

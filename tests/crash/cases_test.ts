import { assertEquals } from "@std/assert";
import { tell } from "./baseline.ts";
import { CASES, storyOf } from "./cases.ts";

for (const one of CASES) {
  Deno.test(one.name, async () => {
    assertEquals(await tell(await storyOf(one)), []);
  });
}

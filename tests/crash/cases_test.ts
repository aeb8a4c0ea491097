import { assertEquals } from "@std/assert";
import { tell } from "./baseline.ts";
import { storyOf } from "./cases.ts";
import { ALL_CASES } from "./cases_unserved.ts";

for (const one of ALL_CASES) {
  Deno.test(one.name, async () => {
    assertEquals(await tell(await storyOf(one)), []);
  });
}

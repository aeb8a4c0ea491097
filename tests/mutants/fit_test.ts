import { assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { planted } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";

const TOP = fromFileUrl(new URL("../..", import.meta.url));

Deno.test("Each fault can still be planted, and no two have one name", () => {
  for (const mutant of MUTANTS) {
    const text = Deno.readTextFileSync(join(TOP, mutant.file));
    assertNotEquals(planted(mutant, text), text);
  }
  assertEquals(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
});

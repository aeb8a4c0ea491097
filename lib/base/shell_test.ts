import { assertEquals } from "@std/assert";
import { quoted } from "./shell.ts";

Deno.test("A word of a shell is quoted where it has to be, and only there", () => {
  assertEquals(
    ["/srv/db-17", "a'b", "two words", "", "$(x)", "~", "a\nb"].map(quoted),
    ["/srv/db-17", `'a'\\''b'`, "'two words'", "''", "'$(x)'", "'~'", "'a\nb'"],
  );
});

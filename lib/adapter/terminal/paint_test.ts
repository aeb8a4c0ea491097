import { assert, assertEquals } from "@std/assert";
import { sources } from "../../../tests/sample/sources.ts";
import { coloured } from "./escape_codes.ts";
import { paint } from "./paint.ts";

// deno-lint-ignore no-control-regex
const CODES = /\u001b\[\d+m/g;

Deno.test("Marks, warnings and headings are coloured, the rest is not", () => {
  assertEquals(
    paint([
      "Checks",
      "  ok      space   there is room",
      "  note    timers  2 are active",
      "  REFUSE  disk    it is full",
      "  --- the downtime begins ---",
      '[3/9] Build "x"',
      "      restore shop [##..] 50 %",
      "  [!] 5  build  failed",
      "pgladder: no",
    ].join("\n")).split("\n"),
    [
      coloured("Checks", "bold"),
      `  ${coloured("ok", "green")}      space   there is room`,
      `  ${coloured("note", "yellow")}    timers  2 are active`,
      `  ${coloured("REFUSE", "red")}  disk    it is full`,
      `  ${coloured("--- the downtime begins ---", "yellow")}`,
      `${coloured("[3/9]", "cyan")} Build "x"`,
      `      restore shop [${coloured("##", "green")}..] 50 %`,
      `  [${coloured("!", "red")}] 5  build  failed`,
      coloured("pgladder: no", "red"),
    ],
  );
});

Deno.test("Without its colours a page is the page that it was", () => {
  const pages = sources(/^tests\/golden\/(plan|text)\/.*\.txt$/);
  assert(pages.length > 20);
  for (const { text } of pages) {
    const painted = paint(text);
    assertEquals(painted.replace(CODES, ""), text);
  }
});

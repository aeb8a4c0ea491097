import { assert, assertEquals } from "@std/assert";
import { assertGoldenFile, goldenNames } from "../../../tests/sample/golden.ts";
import { SCREENS } from "../../../tests/sample/screens.ts";
import { svgOf } from "../../../tests/sample/svg.ts";
import { paint } from "./paint.ts";
import { columnsOf, foldProse } from "../../base/wrap.ts";

/**
 * The screens that count, with colours, at 80 columns. To change them:
 * `deno test -A lib/adapter/terminal/screens_test.ts -- --update`, and look at
 * tests/golden/screens/*.txt in a terminal.
 */

/** Commands and errors are never broken by us: a terminal does it. */
const UNBROKEN = /^(pg_restore: |Next: )/;

for (const [name, screen] of Object.entries(SCREENS)) {
  for (const columns of [80, 120]) {
    Deno.test(`The screen "${name}" at ${columns} columns`, async () => {
      const plain = foldProse(await screen(columns), columns);
      const coloured = paint(plain);
      // One of each is kept to be looked at, and with it what is coloured.
      if (columns === 80) assertGoldenFile(`screens/${name}.txt`, coloured);
      // deno-lint-ignore no-control-regex
      assertEquals(coloured.replaceAll(/\u001b\[[\d;]*m/g, ""), plain);
      // deno-lint-ignore no-control-regex
      assert(!/[\u0000-\u0009\u000b-\u001f]/.test(plain));
      for (const line of plain.split("\n")) {
        assert(
          columnsOf(line) <= columns || UNBROKEN.test(line) ||
            line.trim().split(/\s+/).length < 3,
          line,
        );
      }
    });
  }
}

Deno.test("No golden screen is left that is no longer made", () => {
  assertEquals(
    goldenNames("screens", ""),
    Object.keys(SCREENS).map((name) => `${name}.txt`).toSorted(),
  );
});

Deno.test("A picture is as wide as its terminal, and says nothing as markup", () => {
  const picture = svgOf("a <b> & \u001b[31mデ\u001b[0mc", 11);
  assertEquals(picture.split("\n").filter((line) => line.startsWith("<text")), [
    '<text x="10" y="23" textLength="56" lengthAdjust="spacingAndGlyphs">a &lt;b&gt; &amp;</text>',
    '<text x="74" y="23" textLength="16" lengthAdjust="spacingAndGlyphs" fill="#ff7b72">デ</text>',
    '<text x="90" y="23" textLength="8" lengthAdjust="spacingAndGlyphs">c</text>',
  ]);
  assert(
    picture.startsWith('<svg xmlns="http://www.w3.org/2000/svg" width="108"'),
  );
});

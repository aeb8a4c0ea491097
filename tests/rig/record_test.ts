import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { paced, picture } from "./record.ts";

Deno.test("A picture waits no longer than it must, and folds what is too wide", () => {
  const lines = paced([
    { at: 0, text: "first" },
    { at: 90, text: "after a long restore" },
    { at: 90.5, text: "x".repeat(100) },
    { at: 90.5, text: `${"word ".repeat(19)}longer` },
  ]);
  assertEquals(lines.map(({ text }) => text.length), [5, 20, 96, 4, 95, 6]);
  assert((lines.at(-1)?.at ?? 0) < 2, "it plays the whole wait");
});

Deno.test("A picture shows every line as text that is not markup", () => {
  const svg = picture([
    { at: 0, text: "\u001b[1m1. A host\u001b[0m" },
    { at: 1, text: "" },
    { at: 2, text: "  root@db-host # pgladder status <db> && true" },
    { at: 3, text: "  ok   version: 17" },
  ]);
  assertEquals(svg.match(/<text /g)?.length, 3);
  assertStringIncludes(svg, '<text class="h" y="13">1. A host</text>');
  assertStringIncludes(svg, "status &lt;db> &amp;&amp; true</text>");
  // Where nothing moves, the last line stands at the bottom.
  assertStringIncludes(svg, "#l{transform:translateY(468px)");
});

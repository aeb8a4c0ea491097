import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseDocument } from "../../../journal/document.ts";
import { fold } from "../../../journal/fold.ts";
import { assertGoldenFile } from "../../../tests/sample/golden.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { NASTY, STORIES, toldOf } from "../../../tests/sample/run_told.ts";
import { downtimesOf, lengthOf } from "../../run/downtime.ts";
import { attemptsOf } from "./attempts.ts";
import { documentOf, type ReportInput } from "./build.ts";
import { htmlOf } from "./html.ts";
import { escaped, markdownOf } from "./markdown.ts";

for (const [name, story] of Object.entries(STORIES)) {
  const document = documentOf(toldOf(story));

  Deno.test(`The report of a run that is ${name}, as HTML`, () => {
    assertGoldenFile(`report/${name}.html`, htmlOf(document));
  });

  Deno.test(`The report of a run that is ${name}, as Markdown`, () => {
    assertGoldenFile(`report/${name}.md`, markdownOf(document));
  });

  Deno.test(`The report of a run that is ${name} loads nothing and runs nothing`, () => {
    const html = htmlOf(document);
    assert(!/<script|<link|<img|<iframe|@import|url\(|https?:/i.test(html));
    assert(!/\son\w+=/i.test(html.replace(/>[^<]*</g, "><")));
    assertStringIncludes(html, "default-src 'none'");
    assertStringIncludes(html, "prefers-color-scheme: dark");
    assertStringIncludes(html, "@media print");
    assertEquals(balance(html), []);
  });
}

/** Tags that are not closed in the order that they were opened. */
function balance(html: string): string[] {
  const open: string[] = [];
  for (const [all, slash, tag = ""] of html.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (/\/>$/.test(all) || ["meta", "doctype"].includes(tag)) continue;
    if (slash === "") open.push(tag);
    else if (open.pop() !== tag) return [`${all} after ${open.join(" ")}`];
  }
  return open;
}

Deno.test("Whatever a name holds is text in the report", () => {
  const plan = samplePlan({
    container: NASTY,
    unit: NASTY,
    host: NASTY,
    asked: [NASTY],
    by: NASTY,
    switch: { kind: "command", command: NASTY },
  });
  const document = documentOf(toldOf(STORIES["rolled-back"], plan));
  const html = htmlOf(document);
  assert(!html.includes("<script"));
  assert(!html.includes("alert('1')"));
  assertEquals(balance(html), []);
  const markdown = markdownOf(document);
  assert(!/(?<!\\)<script/.test(markdown));
  const rows = markdown.split("\n").filter((line) => line.startsWith("| "));
  for (const row of rows) assert(/ \|$/.test(row), row);
  // deno-lint-ignore no-control-regex -- what a terminal would obey
  assert(!/[\u0000-\u0009\u000b-\u001f\u202e]/.test(html + markdown));
});

Deno.test("A word of Markdown is no markup", () => {
  assertEquals(escaped("a|b\n*c* <d> `e`"), "a\\|b \\*c\\* \\<d\\> \\`e\\`");
  assertEquals(escaped("1. one"), "\\1. one");
  assertEquals(escaped("- one"), "\\- one");
});

Deno.test("Each attempt is told with its end, also one that nothing ended", () => {
  const input = toldOf(STORIES["under-way"]);
  const last = attemptsOf(input.entries).slice(-3)
    .map(({ number, outcome, step }) => [step, number, outcome]);
  assertEquals(last, [
    ["dump", 1, "done"],
    ["build", 1, "failed"],
    ["build", 2, "going on"],
  ]);
});

Deno.test("The downtime lasts from the writers' stop to their start, up and back", () => {
  const length = (input: ReportInput) =>
    downtimesOf(input.plan, input.entries)
      .map((downtime) => lengthOf(downtime, input.now) / 1000);
  assertEquals(length(toldOf(STORIES.committed)), [341.2]);
  // Still down: up to now.
  assertEquals(length(toldOf(STORIES["under-way"])), [213]);
  assertEquals(length(toldOf(STORIES["rolled-back"])).length, 2);
  const idle = samplePlan({ writers: [{ unit: "a.service", active: false }] });
  // Nobody was stopped: the database's own stop counts.
  assertEquals(length(toldOf(STORIES.committed, idle)), [332.2]);
});

const JOURNALS = new URL("../../../tests/golden/journals/", import.meta.url);

Deno.test("Every journal that a release has left can be reported", () => {
  let reported = 0;
  for (const release of Deno.readDirSync(JOURNALS)) {
    const folder = new URL(`${release.name}/`, JOURNALS);
    for (const { name } of Deno.readDirSync(folder)) {
      if (name.endsWith(".state.json")) continue;
      const text = Deno.readTextFileSync(new URL(name, folder));
      const { entries } = parseDocument(text);
      const state = fold(entries.map(({ fact }) => fact));
      if (state.plan === undefined) continue;
      const document = documentOf({
        plan: state.plan,
        state,
        entries,
        measurements: new Map(),
        commands: [],
        journal: name,
        now: entries.at(-1) ?? { at: "", boot: "", ms: 0 },
        tool: "0.1.0",
      });
      assertEquals(balance(htmlOf(document)), [], name);
      assertStringIncludes(markdownOf(document), state.plan.run);
      reported++;
    }
  }
  assert(reported >= 6, `${reported} journals`);
});

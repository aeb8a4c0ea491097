import { assertEquals, assertStringIncludes } from "@std/assert";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { plannedRun } from "../../run/context.ts";
import { keyLines, questionIn, questionWords } from "./duplicates.ts";

const QUESTION = {
  ask: 2,
  indexes: [{
    database: "my shop",
    index: "public.names",
    table: "public.people",
    columns: ["name", "lower(note)"],
    keys: 3,
    rows: 7,
    shown: [
      [["secret\u001b[2J", null], ["(0,1)", "(4,2)"]],
      [["x".repeat(200), "b"], ["(1,1)", "(1,2)"]],
    ],
  }, {
    database: "my shop",
    index: "public.apart",
    table: "public.people",
    columns: ["name"],
    keys: null,
    rows: null,
    shown: [],
  }],
} as const;

const read = (text: string) =>
  questionIn("/job", { readSmall: () => Promise.resolve(text) });

Deno.test("What the journal has of duplicates are names and numbers", async () => {
  const question = await read(JSON.stringify(QUESTION));
  if (question === undefined) throw new Error("It is not understood");
  const words = questionWords(
    plannedRun(samplePlan({ superuser: "it's" })),
    question,
    3,
  );
  assertStringIncludes(
    words,
    'public.names in database "my shop" (3 keys in 7 rows), public.apart in database "my shop" (not to be counted).',
  );
  assertStringIncludes(
    words,
    "podman exec -it pgladder-20260102-030405-a1b2-reindex-3 psql -U 'it'\\''s' -d 'my shop'",
  );
  assertEquals(words.includes("secret"), false);
});

Deno.test("At a terminal the keys are shown, cut, and without what moves a cursor", async () => {
  const question = await read(JSON.stringify(QUESTION));
  if (question === undefined) throw new Error("It is not understood");
  const lines = keyLines(question);
  assertEquals(lines.length, 5);
  assertEquals(lines[0], "public.names (name, lower(note)):");
  assertStringIncludes(lines[1] ?? "", "NULL → SELECT * FROM public.people");
  assertStringIncludes(lines[1] ?? "", "ctid IN ('(0,1)', '(4,2)');");
  assertEquals(lines.join("").includes("\u001b"), false);
  assertStringIncludes(lines[2] ?? "", `${"x".repeat(60)}…, b`);
  assertEquals(lines[3], "  and 1 more");
});

Deno.test("What is no question asks nothing", async () => {
  for (const text of ["", "{", '{"ask":0,"indexes":[]}', '{"ask":1}']) {
    assertEquals(await read(text), undefined);
  }
});

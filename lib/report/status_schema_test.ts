import { assert, assertEquals } from "@std/assert";
import { parseDocument } from "../../journal/document.ts";
import type { Fact } from "../../journal/fact.ts";
import { STEP_IDS } from "../../journal/step_id.ts";
import { progressLine } from "../cli/session/progress_printer.ts";
import { misfits } from "../../tests/sample/schema.ts";
import { sources } from "../../tests/sample/sources.ts";
import { STANDINGS, statusAfter } from "../../tests/sample/standing.ts";
import { COMMITTED, ROLLED_BACK, upTo } from "../../tests/sample/story.ts";
import progressSchema from "./progress.schema.json" with { type: "json" };
import schema from "./status.schema.json" with { type: "json" };

const JOB = "/srv/pleroma-db.pgladder/job";
/** All that a job can say of how far it is. */
const TOLD = JSON.stringify({
  phase: "restore",
  database: "shop",
  done: 3,
  total: 12,
  unit: "bytes",
  seconds: 7,
  rate: 0.5,
  left: 18,
  tables: [1, 4],
  indexes: [0, 3],
  now: [["fill", "public.t", 100, 0, "bytes"]],
});
const AT_WORK = {
  ...STANDINGS.closed,
  texts: {
    [`${JOB}/dump-1/dump_worker.progress`]: TOLD,
    [`${JOB}/build-1/build.progress`]: TOLD,
  },
};

/** The facts of the golden journals, which say nearly all that can be said. */
const GOLDEN = sources(/^tests\/golden\/journals\/.*(?<!\.state)\.json$/)
  .map(({ text }) => parseDocument(text).entries.map(({ fact }) => fact));

const STORIES: readonly (readonly Fact[])[] = [
  COMMITTED,
  ROLLED_BACK,
  ...GOLDEN,
];

Deno.test("After each fact of every story the status fits the schema", async () => {
  const states = new Set<string>();
  for (const story of STORIES) {
    for (let length = 1; length <= story.length; length++) {
      for (const standing of Object.values(STANDINGS)) {
        const status = await statusAfter(story.slice(0, length), standing);
        const printed = JSON.parse(JSON.stringify(status));
        assertEquals(misfits(printed, schema), [], JSON.stringify(printed));
        states.add(status.state);
      }
    }
  }
  assert(GOLDEN.length > 0);
  assertEquals(
    [...states].toSorted(),
    schema.properties.state.enum.toSorted(),
  );
});

Deno.test("The schema is none that anything fits", async () => {
  const status = JSON.parse(
    JSON.stringify(
      await statusAfter(upTo("start-writers"), STANDINGS.upgraded),
    ),
  );
  const cases: readonly (readonly [object, string[]])[] = [
    [{ ...status, state: "paused" }, ['state: is "paused"']],
    [{ ...status, step: "fly" }, ['step: is "fly"', "step: is no null"]],
    [{ ...status, extra: 1 }, ["extra: is not described"]],
    [{ ...status, steps: [] }, ["steps: has fewer than 1 items"]],
    [{ ...status, next: ["rm -rf /"] }, [
      'next[0]: "rm -rf /" does not match ^pgladder ',
    ]],
    [{ ...status, database: { serving: "yes", volume: "x", words: "" } }, [
      "database.serving: is no boolean",
      'database.volume: "x" does not match ^/',
    ]],
    [{}, schema.required.map((name) => `it: has no "${name}"`)],
  ];
  for (const [value, wrong] of cases) {
    assertEquals(misfits(value, schema), wrong);
  }
});

Deno.test("The schema names every step, in order", () => {
  assertEquals(schema.$defs.stepId.enum, [...STEP_IDS]);
});

Deno.test("The lines of upgrade --json fit theirs, with all that a job says", async () => {
  const at = "2026-05-01T10:00:00.000Z";
  let told = 0;
  for (const story of STORIES) {
    for (let length = 1; length <= story.length; length++) {
      const status = await statusAfter(story.slice(0, length), AT_WORK);
      assertEquals(
        misfits(JSON.parse(JSON.stringify(status)), schema),
        [],
        JSON.stringify(status),
      );
      const line = progressLine(status, at);
      if (line === undefined) continue;
      const printed = JSON.parse(JSON.stringify(line));
      assertEquals(
        misfits(printed, progressSchema, { "status.schema.json": schema }),
        [],
        JSON.stringify(printed),
      );
      if (line.step.progress?.now !== undefined) told++;
    }
  }
  assert(told > 3, `${told}`);
  assertEquals(
    misfits({ type: "status" }, progressSchema, {
      "status.schema.json": schema,
    }),
    [
      ...progressSchema.required.filter((name) => name !== "type")
        .map((name) => `it: has no "${name}"`),
      'type: is "status"',
    ],
  );
});

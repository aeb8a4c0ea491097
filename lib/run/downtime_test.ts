import { assertEquals } from "@std/assert";
import type { Entry, Fact } from "../../journal/fact.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { downtimesOf, lengthOf, momentEvidence } from "./downtime.ts";

const plan = samplePlan();
const moment = (ms: number) => ({
  at: new Date(1_700_000_000_000 + ms).toISOString(),
  boot: "boot",
  ms,
});
const entry = (ms: number, fact: Fact): Entry => ({
  seq: ms,
  ...moment(ms),
  fact,
});
const started = (step: "stop-writers" | "start-writers"): Fact => ({
  type: "step-started",
  step,
  attempt: 1,
});
const done = (
  step: "stop-writers" | "start-writers",
  evidence: Record<string, string> = {},
): Fact => ({ type: "step-done", step, evidence });
const lengths = (...entries: Entry[]) =>
  downtimesOf(plan, entries).map((it) => lengthOf(it, moment(100_000)));

Deno.test("The downtime begins where what writes is stopped, and ends where it was started", () => {
  assertEquals(
    lengths(
      entry(0, started("stop-writers")),
      entry(9000, done("stop-writers", momentEvidence(moment(5000)))),
      entry(20_000, started("start-writers")),
      entry(30_000, done("start-writers", momentEvidence(moment(21_000)))),
    ),
    [16_000],
  );
});

Deno.test("A journal that has noted no moment tells by its entries, and so does one with another text there", () => {
  for (const evidence of [{}, { "pgladder.moment": "active" }]) {
    assertEquals(
      lengths(
        entry(0, started("stop-writers")),
        entry(9000, done("stop-writers", evidence)),
        entry(30_000, done("start-writers", evidence)),
      ),
      [30_000],
    );
  }
});

Deno.test("A downtime that goes on begins where it did", () => {
  assertEquals(
    lengths(
      entry(0, started("stop-writers")),
      entry(9000, done("stop-writers", momentEvidence(moment(5000)))),
    ),
    [95_000],
  );
});

Deno.test("On the way back it begins with the undoing, whatever was noted on the way up", () => {
  assertEquals(
    lengths(
      entry(0, started("stop-writers")),
      entry(9000, done("stop-writers", momentEvidence(moment(5000)))),
      entry(30_000, done("start-writers", momentEvidence(moment(21_000)))),
      entry(50_000, { type: "undo-started", step: "start-writers" }),
      entry(60_000, { type: "undo-done", step: "stop-writers" }),
    ),
    [16_000, 10_000],
  );
});

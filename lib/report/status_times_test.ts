import { assertEquals } from "@std/assert";
import type { Entry, Fact } from "../../journal/fact.ts";
import { STANDINGS, statusAfter } from "../../tests/sample/standing.ts";
import {
  done,
  failed,
  planned,
  started,
  upTo,
} from "../../tests/sample/story.ts";

function times(facts: readonly Fact[], stamps: readonly Partial<Entry>[]) {
  const entries = facts.map((fact, seq): Entry => ({
    seq,
    at: "2026-01-02T03:04:05.000Z",
    boot: "first",
    ms: 0,
    ...stamps[seq],
    fact,
  }));
  return statusAfter(facts, STANDINGS.untouched, { entries });
}

Deno.test("How long a step took: within a boot by the steady clock", async () => {
  const { steps } = await times([
    planned(),
    started("prepare"),
    done("prepare"),
  ], [
    {},
    { ms: 1000.4, at: "2026-01-02T03:04:05.000Z" },
    // The wall clock was set back meanwhile.
    { ms: 3500.9, at: "2026-01-02T02:00:00.000Z" },
  ]);
  assertEquals(steps[0]?.ms, 2501);
});

Deno.test("How long a step took: over a reboot by the wall clock, never below 0", async () => {
  const facts = [planned(), started("prepare"), done("prepare")];
  const over = await times(facts, [
    {},
    { ms: 900_000, at: "2026-01-02T03:04:05.000Z" },
    { ms: 20_000, at: "2026-01-02T03:05:05.000Z", boot: "second" },
  ]);
  assertEquals(over.steps[0]?.ms, 60_000);
  const back = await times(facts, [
    {},
    {},
    { at: "2026-01-01T00:00:00.000Z", boot: "second" },
  ]);
  assertEquals(back.steps[0]?.ms, 0);
});

Deno.test("Of several attempts the last one is timed", async () => {
  const { steps } = await statusAfter(
    [
      ...upTo("close"),
      started("dump"),
      failed("dump", "no space"),
      started("dump", 2),
    ],
    STANDINGS.closed,
  );
  assertEquals<unknown>(steps[3], {
    id: "dump",
    status: "started",
    started_at: "2026-01-02T03:04:14.000Z",
  });
});

Deno.test("Progress of another attempt, or half written, is not shown", async () => {
  const path = "/srv/pleroma-db.pgladder/job";
  const facts = [...upTo("close"), started("dump")];
  for (
    const texts of [
      { [`${path}/dump-2/dump_worker.progress`]: '{"phase":"dump","done":1}' },
      { [`${path}/dump-1/dump_worker.progress`]: '{"phase":"du' },
    ]
  ) {
    const { steps } = await statusAfter(facts, { ...STANDINGS.closed, texts });
    assertEquals(steps[3]?.phase, undefined);
  }
});

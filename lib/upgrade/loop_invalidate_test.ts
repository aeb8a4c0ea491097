import { assertEquals } from "@std/assert";
import { type StepId } from "../../journal/step_id.ts";
import { lapse, started, turnedBack, upTo } from "../../tests/sample/story.ts";
import { ALL_UP, failure, Toy } from "../../tests/sample/toy.ts";

Deno.test("Partly gone below: brought back, looked at, recorded, then on", async () => {
  const toy = new Toy(upTo("close"));
  toy.seen.prepare = "partial";
  await toy.climb();
  assertEquals(toy.log.slice(0, 2), ["apply prepare", "apply dump"]);
  assertEquals(toy.facts[7], {
    type: "step-mended",
    step: "prepare",
    found: "prepare is partial",
    evidence: { of: "prepare" },
  });
  assertEquals(
    toy.host.said[0],
    '      repaired "prepare": prepare is partial',
  );
});

Deno.test("A repair that does not help stops, and the step stays done", async () => {
  const toy = new Toy(upTo("close"));
  toy.seen.prepare = "partial";
  toy.bent.prepare = { apply: () => {} };
  assertEquals(await failure(toy), {
    code: "step",
    exit: 4,
    message: 'Cannot finish the step "prepare": prepare is partial',
    hint:
      'Fix the cause, then run "pgladder resume pleroma-db"; or go back with "pgladder rollback pleroma-db"',
  });
  assertEquals(toy.told(7), []);
  assertEquals(toy.journal.state.steps.prepare.status, "done");
});

Deno.test("On the way down nothing is repaired", async () => {
  const toy = new Toy([...upTo("close"), turnedBack]);
  toy.seen.prepare = "partial";
  await toy.climb();
  assertEquals(toy.log, ["undo close", "undo stop-writers", "undo prepare"]);
});

Deno.test("Gone below: what stands on it is undone, then all is done again", async () => {
  const toy = new Toy([...upTo("build"), started("swap")]);
  toy.seen.dump = "absent";
  toy.seen.swap = "partial";
  await toy.climb();
  assertEquals(toy.facts[12], {
    type: "step-lapsed",
    step: "dump",
    expected: "dump complete",
    found: "dump is absent",
  });
  assertEquals(toy.told(13), [
    "undo-started swap",
    "undo-done swap",
    "undo-started build",
    "undo-done build",
    ...ALL_UP.slice(6),
  ]);
  assertEquals(toy.facts[17], started("dump", 2));
  assertEquals(
    toy.host.said[0],
    'What "dump" did no longer holds: dump is absent',
  );
});

Deno.test("The lowest of several invalidated steps goes first", async () => {
  const toy = new Toy(upTo("build"));
  toy.seen.dump = "absent";
  toy.seen.close = "absent";
  await toy.climb();
  assertEquals(toy.told(11).slice(0, 6), [
    "step-lapsed close",
    "undo-started build",
    "undo-done build",
    "undo-started dump",
    "undo-done dump",
    "step-started close",
  ]);
});

Deno.test("What was invalidated and came back is recorded, but what stood on it goes", async () => {
  const toy = new Toy([...upTo("build"), lapse("dump")]);
  toy.seen.dump = "complete";
  await toy.climb();
  assertEquals(toy.told(12).slice(0, 3), [
    "undo-started build",
    "undo-done build",
    "step-done dump",
  ]);
});

Deno.test("A steady step is looked at once in a life, others before each step", async () => {
  const toy = new Toy(upTo("stop-writers"));
  const looks: Partial<Record<StepId, number>> = {};
  for (const id of ["prepare", "stop-writers"] as const) {
    toy.bent[id] = {
      look: () => {
        looks[id] = (looks[id] ?? 0) + 1;
      },
    };
  }
  toy.steady.add("prepare");
  await toy.climb();
  assertEquals(looks.prepare, 1);
  // Before each of seven steps is begun, and once more at the end.
  assertEquals(looks["stop-writers"], 8);
});

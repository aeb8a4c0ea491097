import { assertEquals } from "@std/assert";
import {
  LADDER,
  started,
  turnedBack,
  undoing,
  upTo,
} from "../../tests/sample/story.ts";
import { ALL_DOWN, ALL_UP, failure, Toy } from "../../tests/sample/toy.ts";

Deno.test("A first run: each step announced, done, seen and recorded", async () => {
  const toy = new Toy();
  await toy.climb();
  assertEquals(toy.told(), ALL_UP);
  assertEquals(toy.log, LADDER.map((id) => `apply ${id}`));
  assertEquals(toy.facts[2], {
    type: "step-done",
    step: "prepare",
    evidence: { of: "prepare" },
  });
  assertEquals(toy.host.said.slice(0, 4), [
    "[1/9] Do prepare",
    "      prepare is complete",
    "[2/9] Do stop-writers",
    "      stop-writers is complete",
  ]);
});

Deno.test("At the top there is nothing to do, and nothing is written", async () => {
  const toy = new Toy(upTo("start-writers"));
  const before = toy.store.text;
  await toy.climb();
  assertEquals(toy.log, []);
  assertEquals(toy.store.text, before);
});

Deno.test("A rollback: from the top, each undone, seen gone and recorded", async () => {
  const toy = new Toy([...upTo("start-writers"), turnedBack]);
  await toy.climb();
  assertEquals(toy.told(20), ALL_DOWN);
  assertEquals(toy.log, LADDER.toReversed().map((id) => `undo ${id}`));
  assertEquals(toy.host.said.slice(0, 1), ["[9/9] Undo: Do start-writers"]);
  assertEquals(Object.values(toy.seen), LADDER.map(() => "absent"));
});

Deno.test("An effect that is there already is recorded, not brought about again", async () => {
  const toy = new Toy([...upTo("close"), started("dump")]);
  toy.seen.dump = "complete";
  await toy.climb();
  assertEquals(toy.log.includes("apply dump"), false);
  assertEquals(toy.told(8)[0], "step-done dump");
});

Deno.test("Half an effect is begun again under a new attempt", async () => {
  const toy = new Toy([...upTo("close"), started("dump")]);
  toy.seen.dump = "partial";
  await toy.climb();
  assertEquals(toy.facts[8], started("dump", 2));
  assertEquals(toy.log.filter((it) => it === "apply dump").length, 1);
});

Deno.test("A job at work is waited for, not begun again", async () => {
  const toy = new Toy([...upTo("close"), started("dump")]);
  toy.seen.dump = "running";
  await toy.climb();
  assertEquals(toy.log.slice(0, 2), ["finish dump", "apply build"]);
  assertEquals(toy.host.said[0], "[4/9] Do dump: its job is at work");
});

Deno.test("A job that was just begun is waited for without another word", async () => {
  const toy = new Toy(upTo("close"));
  toy.bent.dump = {
    apply: () => {
      toy.seen.dump = "running";
    },
  };
  await toy.climb();
  assertEquals(toy.log.slice(0, 2), ["apply dump", "finish dump"]);
  assertEquals(toy.host.said.slice(0, 2), [
    "[4/9] Do dump",
    "      dump is complete",
  ]);
});

for (const seen of ["partial", "complete", "running", "unexpected"] as const) {
  Deno.test(`What is ${seen} before its step was begun is a stranger's`, async () => {
    const toy = new Toy(upTo("dump"));
    toy.seen.build = seen;
    assertEquals(await failure(toy), {
      code: "foreign",
      exit: 8,
      message: `Cannot continue at "build": build is ${seen}`,
      hint:
        'pgladder expected build complete. Nothing was touched. Type "pgladder status" for where all of it lies, put back what was moved, then run "pgladder resume" or "pgladder rollback"',
    });
    assertEquals([toy.log, toy.told(9)], [[], []]);
  });
}

for (const facts of [upTo("dump"), [...upTo("dump"), turnedBack]]) {
  const way = facts.at(-1) === turnedBack ? "down" : "up";
  Deno.test(`A stranger on a done step stops the way ${way}, whichever step is current`, async () => {
    const toy = new Toy(facts);
    toy.seen.close = "unexpected";
    assertEquals(
      (await failure(toy)).message,
      'Cannot continue at "close": close is unexpected',
    );
    assertEquals(toy.log, []);
  });
}

Deno.test("A step that fails is recorded with its reason; resume tries it again", async () => {
  const toy = new Toy(upTo("close"));
  toy.bent.dump = {
    apply: () => {
      throw new Error("no space left");
    },
  };
  assertEquals(await failure(toy), {
    code: "step",
    exit: 4,
    message: 'Cannot finish the step "dump": no space left',
    hint:
      'Fix the cause, then run "pgladder resume pleroma-db"; or go back with "pgladder rollback pleroma-db"',
  });
  assertEquals(toy.facts.slice(7), [
    started("dump"),
    { type: "step-failed", step: "dump", message: "no space left" },
  ]);
  toy.bent.dump = {};
  await toy.climb();
  assertEquals(toy.facts[9], started("dump", 2));
  assertEquals(toy.journal.state.steps["start-writers"].status, "done");
});

Deno.test("An action without effect is not believed, and not repeated for ever", async () => {
  const toy = new Toy(upTo("close"));
  toy.bent.dump = { apply: () => {} };
  assertEquals(
    (await failure(toy)).message,
    'Cannot finish the step "dump": dump is absent',
  );
  assertEquals(toy.log, ["apply dump"]);
  assertEquals(toy.told(7), ["step-started dump", "step-failed dump"]);
});

Deno.test("A job that ends without its effect is not begun again in silence", async () => {
  const toy = new Toy([...upTo("close"), started("dump")]);
  toy.seen.dump = "running";
  toy.bent.dump = {
    finish: () => {
      toy.seen.dump = "partial";
    },
  };
  assertEquals(
    (await failure(toy)).message,
    'Cannot finish the step "dump": dump is partial',
  );
  assertEquals(toy.log, ["finish dump"]);
  // The next process begins it again.
  toy.bent.dump = {};
  await toy.climb();
  assertEquals(toy.log.slice(1, 2), ["apply dump"]);
});

Deno.test("An undo that fails is recorded, and resume goes on with it", async () => {
  const toy = new Toy([...upTo("close"), turnedBack]);
  toy.bent.close = {
    undo: () => {
      throw new Error("it is busy");
    },
  };
  assertEquals(await failure(toy), {
    code: "undo",
    exit: 4,
    message: 'Cannot undo the step "close": it is busy',
    hint: 'Fix the cause, then run "pgladder resume pleroma-db"',
  });
  assertEquals(toy.facts.slice(8), [
    undoing("close"),
    { type: "undo-failed", step: "close", message: "it is busy" },
  ]);
  toy.bent.close = {};
  await toy.climb();
  assertEquals(toy.told(10), [
    "undo-done close",
    "undo-started stop-writers",
    "undo-done stop-writers",
    "undo-started prepare",
    "undo-done prepare",
  ]);
});

Deno.test("An undo without effect is not believed", async () => {
  const toy = new Toy([...upTo("close"), turnedBack]);
  toy.bent.close = { undo: () => {} };
  assertEquals(
    (await failure(toy)).message,
    'Cannot undo the step "close": close is complete',
  );
  assertEquals(toy.told(8), ["undo-started close", "undo-failed close"]);
});

Deno.test("What was begun and left nothing is recorded as undone, untouched", async () => {
  const toy = new Toy([...upTo("close"), started("dump"), turnedBack]);
  await toy.climb();
  assertEquals(toy.told(9)[0], "undo-done dump");
  assertEquals(toy.log[0], "undo close");
});

Deno.test("What was never begun is left alone on the way down, whatever stands there", async () => {
  const toy = new Toy([...upTo("close"), turnedBack]);
  toy.seen.build = "unexpected";
  await toy.climb();
  assertEquals(toy.seen.build, "unexpected");
  assertEquals(toy.journal.state.steps.prepare.status, "undone");
});

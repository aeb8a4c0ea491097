import { assertEquals } from "@std/assert";
import { JournalWriteError } from "../../journal/journal.ts";
import { started, turnedBack, upTo } from "../../tests/sample/story.ts";
import { rejectedBy } from "../../tests/sample/thrown.ts";
import { ALL_DOWN, failure, Toy } from "../../tests/sample/toy.ts";
import { StoppedError } from "../job/control.ts";
import { LossError } from "./loss.ts";
import { WaitingError } from "./contract.ts";

Deno.test("Waiting for the operator is recorded with what is asked", async () => {
  const toy = new Toy(upTo("swap"));
  toy.bent.switch = {
    apply: () => {
      throw new WaitingError("Name 17");
    },
  };
  assertEquals(await failure(toy), {
    code: "waiting",
    exit: 5,
    message: "Name 17",
    hint:
      'Then run "pgladder resume pleroma-db"; or go back with "pgladder rollback pleroma-db"',
  });
  assertEquals(toy.facts.slice(13), [
    started("switch"),
    { type: "waiting", step: "switch", ask: "Name 17" },
  ]);
  // The operator did it: nothing is applied any more.
  toy.seen.switch = "complete";
  await toy.climb();
  assertEquals(toy.log.slice(1), ["apply start", "apply start-writers"]);
});

Deno.test("Waiting on the way down, too", async () => {
  const toy = new Toy([...upTo("switch"), turnedBack]);
  toy.bent.switch = {
    undo: () => {
      throw new WaitingError("Name 15");
    },
  };
  assertEquals((await failure(toy)).exit, 5);
  assertEquals(toy.told(16), ["undo-started switch", "waiting switch"]);
  toy.seen.switch = "absent";
  await toy.climb();
  assertEquals(toy.told(18)[0], "undo-done switch");
});

Deno.test("A wait while a done step is repaired is told, not recorded", async () => {
  const toy = new Toy(upTo("start"));
  toy.seen.switch = "partial";
  toy.bent.switch = {
    apply: () => {
      throw new WaitingError("Name 17");
    },
  };
  assertEquals((await failure(toy)).code, "waiting");
  assertEquals(toy.told(17), []);
});

Deno.test("A signal: no further move is made, the journal stays unchanged", async () => {
  const toy = new Toy(upTo("close"));
  toy.host.stopAsked = "SIGTERM";
  const error = await rejectedBy(() => toy.climb(), StoppedError);
  assertEquals([error.message, error.signal], [
    "Stopped by SIGTERM",
    "SIGTERM",
  ]);
  assertEquals([toy.log, toy.told(7)], [[], []]);
});

Deno.test("A signal in the middle of a move lets it end, and no other begin", async () => {
  const toy = new Toy(upTo("close"));
  toy.bent.dump = {
    apply: () => {
      toy.host.stopAsked = "SIGHUP";
      toy.seen.dump = "complete";
    },
  };
  await rejectedBy(() => toy.climb(), StoppedError);
  assertEquals(toy.log, ["apply dump"]);
  toy.host.stopAsked = undefined;
  await toy.climb();
  assertEquals(toy.told(7).slice(0, 3), [
    "step-started dump",
    "step-done dump",
    "step-started build",
  ]);
});

Deno.test("A signal while a job is waited for is no failure of the step", async () => {
  const toy = new Toy([...upTo("close"), started("dump")]);
  toy.seen.dump = "running";
  toy.bent.dump = {
    finish: () => {
      throw new StoppedError("SIGINT");
    },
  };
  await rejectedBy(() => toy.climb(), StoppedError);
  assertEquals(toy.told(8), []);
});

const loss = new LossError({
  exact: true,
  transactions: 3,
  bytes: 128,
  evidence: { control: "dead" },
  text: "3 transactions",
});

Deno.test("A loss that nobody agreed to stops the way down, unrecorded", async () => {
  const toy = new Toy([...upTo("start-writers"), turnedBack]);
  toy.bent.switch = {
    undo: ({ state }) => {
      if (state.lossConfirmed?.["control"] !== "dead") throw loss;
      toy.seen.switch = "absent";
    },
  };
  assertEquals(await rejectedBy(() => toy.climb(), LossError), loss);
  assertEquals(toy.told(20), [...ALL_DOWN.slice(0, 4), "undo-started switch"]);
  // Another process asks again, and the person agrees.
  await rejectedBy(() => toy.climb(), LossError);
  toy.append({
    type: "loss-confirmed",
    evidence: loss.loss.evidence,
    loss: loss.loss.text,
  });
  await toy.climb();
  assertEquals(toy.journal.state.steps.prepare.status, "undone");
});

Deno.test("No agreement: up again, and what was about to be undone stands", async () => {
  const toy = new Toy([...upTo("start-writers"), turnedBack]);
  toy.bent.switch = {
    undo: () => {
      // The unit was blocked and stopped before the loss could be measured.
      toy.seen.switch = "partial";
      throw loss;
    },
  };
  await rejectedBy(() => toy.climb(), LossError);
  toy.append({ type: "run-turned-up", reason: "not agreed" });
  await toy.climb();
  assertEquals(toy.told(26), [
    "step-started switch",
    "step-done switch",
    "step-started start",
    "step-done start",
    "step-started start-writers",
    "step-done start-writers",
  ]);
});

Deno.test("A mistake in pgladder is no failure of the step", async () => {
  for (
    const mistake of [new TypeError("x is undefined"), new RangeError("y")]
  ) {
    const toy = new Toy(upTo("close"));
    toy.bent.dump = {
      apply: () => {
        throw mistake;
      },
    };
    assertEquals(await rejectedBy(() => toy.climb(), Error), mistake);
    assertEquals(toy.told(7), ["step-started dump"]);
  }
});

Deno.test("A journal that cannot be written stops at once, before the action", async () => {
  const toy = new Toy(upTo("close"));
  toy.store.replace = () => {
    throw new Error("no space left");
  };
  const error = await rejectedBy(() => toy.climb(), JournalWriteError);
  assertEquals(error.message, "Cannot write the journal: no space left");
  assertEquals(toy.log, []);
});

Deno.test("A world that changes its mind for ever is given up", async () => {
  const toy = new Toy(upTo("prepare"));
  let looks = 0;
  toy.bent.prepare = {
    look: () => {
      toy.seen.prepare = looks++ % 2 === 0 ? "partial" : "complete";
    },
    apply: () => {},
  };
  toy.bent["stop-writers"] = {
    apply: () => {
      toy.seen["stop-writers"] = "running";
    },
    finish: () => {},
  };
  const error = await rejectedBy(() => toy.climb(), Error);
  assertEquals(error.message, "Cannot come to an end within 108 moves");
});

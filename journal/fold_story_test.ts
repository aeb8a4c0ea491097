import { assertEquals } from "@std/assert";
import {
  BUILT,
  COMMITTED,
  done,
  downTo,
  failed,
  LADDER,
  lapse,
  ROLLED_BACK,
  started,
  turnedBack,
  undoing,
  undone,
  upTo,
} from "../tests/sample/story.ts";
import type { Fact } from "./fact.ts";
import { evolve, fold, lapsedStep } from "./fold.ts";

/** All that a state says, but for the plan and what nothing has touched. */
function told(facts: readonly Fact[]) {
  const { plan: _, steps, ...rest } = fold(facts);
  return {
    ...rest,
    steps: LADDER.map((id) =>
      `${id} ${steps[id].status} ${steps[id].attempt} ${
        JSON.stringify(steps[id].evidence)
      } ${steps[id].message}`.trimEnd()
    ),
  };
}

const NOTHING = {
  direction: "up",
  toOld: undefined,
  waiting: undefined,
  lossConfirmed: undefined,
  committing: false,
  closed: undefined,
} as const;

const built = JSON.stringify(BUILT);

Deno.test("An upgrade with failures, a question and a commit", () => {
  const midway: Fact[] = [
    ...upTo("prepare"),
    started("stop-writers"),
    failed("stop-writers", "no answer"),
    started("stop-writers", 2),
    done("stop-writers", { "pleroma.service": "active" }),
    ...upTo("swap").slice(5),
    started("switch"),
    { type: "waiting", step: "switch", ask: "name 17" },
  ];
  assertEquals(told(midway), {
    ...NOTHING,
    waiting: { step: "switch", ask: "name 17" },
    steps: [
      "prepare done 1 {}",
      'stop-writers done 2 {"pleroma.service":"active"}',
      "close done 1 {}",
      "dump done 1 {}",
      `build done 1 ${built}`,
      "swap done 1 {}",
      "switch started 1 {}",
      "start pending 0 {}",
      "start-writers pending 0 {}",
    ],
  });
  const ended = [
    ...midway,
    done("switch", { image: "postgres:17" }),
    ...upTo("start-writers").slice(-4),
    ...COMMITTED.slice(-2),
  ];
  assertEquals(told(ended), {
    ...NOTHING,
    committing: true,
    closed: "committed",
    steps: [
      "prepare done 1 {}",
      'stop-writers done 2 {"pleroma.service":"active"}',
      "close done 1 {}",
      "dump done 1 {}",
      `build done 1 ${built}`,
      "swap done 1 {}",
      'switch done 1 {"image":"postgres:17"}',
      "start done 1 {}",
      "start-writers done 1 {}",
    ],
  });
});

Deno.test("A failure's message stands until the step moves on", () => {
  const facts = [...upTo("close"), started("dump"), failed("dump", "no space")];
  assertEquals(told(facts).steps[3], "dump failed 1 {} no space");
  const again = [...facts, started("dump", 2)];
  assertEquals(told(again).steps[3], "dump started 2 {}");
  const undo: Fact[] = [...facts, turnedBack, undoing("dump"), {
    type: "undo-failed",
    step: "dump",
    message: "it is busy",
  }];
  assertEquals(told(undo).steps[3], "dump undoing 1 {} it is busy");
  assertEquals(told([...undo, undone("dump")]).steps[3], "dump undone 1 {}");
});

Deno.test("Invalidated: what stands on the step goes, then all is done again", () => {
  const lapsed = [...upTo("build"), lapse("close")];
  assertEquals(lapsedStep(fold(lapsed)), "close");
  assertEquals(told(lapsed).steps.slice(2, 5), [
    "close lapsed 1 {} none of it",
    "dump done 1 {}",
    `build done 1 ${built}`,
  ]);
  const again = [
    ...lapsed,
    undoing("build"),
    undone("build"),
    undoing("dump"),
    undone("dump"),
    started("close", 2),
    done("close", { inode: "1001" }),
    started("dump", 2),
  ];
  assertEquals(lapsedStep(fold(again)), undefined);
  assertEquals(told(again).steps.slice(2, 5), [
    'close done 2 {"inode":"1001"}',
    "dump started 2 {}",
    `build undone 1 ${built}`,
  ]);
});

Deno.test("A repair keeps the step done and renews its evidence", () => {
  const facts: Fact[] = [...upTo("dump"), {
    type: "step-mended",
    step: "close",
    found: "the unit was not held",
    evidence: { inode: "1001", held: "again" },
  }];
  assertEquals(told(facts).steps.slice(2, 4), [
    'close done 1 {"inode":"1001","held":"again"}',
    "dump done 1 {}",
  ]);
});

Deno.test("A rollback from the top, to its end", () => {
  const midway = [
    ...upTo("start-writers"),
    turnedBack,
    ...downTo("switch"),
    {
      type: "loss-confirmed",
      evidence: { control: "dead" },
      loss: "3 rows",
    } as const,
    undoing("swap"),
  ];
  assertEquals(told(midway), {
    ...NOTHING,
    direction: "down",
    lossConfirmed: { control: "dead" },
    steps: [
      "prepare done 1 {}",
      "stop-writers done 1 {}",
      "close done 1 {}",
      "dump done 1 {}",
      `build done 1 ${built}`,
      "swap undoing 1 {}",
      "switch undone 1 {}",
      "start undone 1 {}",
      "start-writers undone 1 {}",
    ],
  });
  assertEquals(told(ROLLED_BACK).closed, "rolled-back");
});

Deno.test("Turned up again: what a person agreed to no longer counts", () => {
  const facts: Fact[] = [
    ...upTo("start-writers"),
    turnedBack,
    ...downTo("start"),
    { type: "loss-confirmed", evidence: { control: "dead" }, loss: "3 rows" },
    { type: "run-turned-up", reason: "thought better of it" },
    started("start", 2),
    done("start"),
    started("start-writers", 2),
    done("start-writers"),
  ];
  assertEquals(told(facts), {
    ...NOTHING,
    steps: [
      "prepare done 1 {}",
      "stop-writers done 1 {}",
      "close done 1 {}",
      "dump done 1 {}",
      `build done 1 ${built}`,
      "swap done 1 {}",
      "switch done 1 {}",
      "start done 2 {}",
      "start-writers done 2 {}",
    ],
  });
});

Deno.test("A turn withdraws the question that was open", () => {
  const facts: Fact[] = [
    ...upTo("swap"),
    started("switch"),
    { type: "waiting", step: "switch", ask: "name 17" },
    turnedBack,
  ];
  assertEquals(told(facts).waiting, undefined);
});

Deno.test("Nothing is changed by evolving: a state is a value", () => {
  const state = fold(upTo("close"));
  const before = structuredClone(state);
  evolve(state, started("dump"));
  assertEquals(state, before);
});

Deno.test("Where the way back leads may be said on it, and goes with it", () => {
  const old = ["upgrade", "pleroma-db", "--to", "15"];
  const back: Fact[] = [...upTo("switch"), turnedBack, undoing("switch"), {
    type: "waiting",
    step: "switch",
    ask: "Name 15",
  }];
  assertEquals(fold(back).toOld, undefined);
  const state = fold([...back, { ...turnedBack, old }]);
  assertEquals(state.toOld, old);
  // What is asked of a person is asked still.
  assertEquals(state.waiting, fold(back).waiting);
  const up = evolve(state, { type: "run-turned-up", reason: "" });
  assertEquals(up.toOld, undefined);
});

import { assertEquals } from "@std/assert";
import { samplePlan } from "../tests/sample/plan.ts";
import { planned, turnedBack, undone, upTo } from "../tests/sample/story.ts";
import { thrownBy } from "../tests/sample/thrown.ts";
import { fold, ImpossibleFactError, isComplete } from "./fold.ts";
import { METHODS, STEP_IDS, stepsOf } from "./step_id.ts";

const LADDERS = {
  dump: STEP_IDS.filter((id) => id !== "ask"),
  "pg_upgrade": STEP_IDS.filter((id) => id !== "dump" && id !== "ask"),
  minor: [
    "prepare",
    "stop-writers",
    "close",
    "switch",
    "start",
    "start-writers",
  ],
} as const;

for (const method of METHODS) {
  const plan = samplePlan({ method });

  Deno.test(`The ladder of ${method} is gone up whole, and down again`, () => {
    const ladder = LADDERS[method];
    assertEquals(stepsOf(method), ladder);
    const up = upTo("start-writers", plan);
    assertEquals(isComplete(fold(up)), true);
    assertEquals(isComplete(fold(up.slice(0, -1))), false);
    const down = [...up, turnedBack, ...ladder.toReversed().map(undone)];
    const { closed } = fold([...down, {
      type: "run-closed",
      outcome: "rolled-back",
    }]);
    assertEquals(closed, "rolled-back");
  });

  Deno.test(`The ladder of ${method} knows no other step`, () => {
    for (const id of STEP_IDS) {
      if (LADDERS[method].some((rung) => rung === id)) continue;
      const { message } = thrownBy(
        () =>
          fold([planned(plan), { type: "step-started", step: id, attempt: 1 }]),
        ImpossibleFactError,
      );
      assertEquals(message.endsWith("the ladder has no such step"), true);
    }
  });
}

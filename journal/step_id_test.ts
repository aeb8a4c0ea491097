import { assertEquals } from "@std/assert";
import { samplePlan } from "../tests/sample/plan.ts";
import { planned, turnedBack, undone, upTo } from "../tests/sample/story.ts";
import { thrownBy } from "../tests/sample/thrown.ts";
import { fold, ImpossibleFactError, isComplete } from "./fold.ts";
import { stepsOfPlan } from "./ladder.ts";
import { METHODS, STEP_IDS, stepsOf } from "./step_id.ts";

const LADDERS = {
  dump: STEP_IDS.filter((id) => id !== "ask" && id !== "reindex"),
  "pg_upgrade": STEP_IDS.filter((id) =>
    !["ask", "dump", "reindex"].includes(id)
  ),
  minor: [
    "prepare",
    "stop-writers",
    "close",
    "reindex",
    "switch",
    "start",
    "start-writers",
  ],
} as const;

const SORTING = {
  libc: { from: "2.36", to: "2.41" },
  icu: [],
  bytes: 0,
};

Deno.test("A minor upgrade rebuilds indexes only where text is sorted otherwise", () => {
  const plan = samplePlan({ method: "minor" });
  const rebuilding = { ...plan, sorting: SORTING };
  assertEquals(stepsOfPlan(rebuilding), LADDERS.minor);
  assertEquals(
    stepsOfPlan(plan),
    LADDERS.minor.filter((id) => id !== "reindex"),
  );
  // The very image stays: nothing is switched.
  assertEquals(
    stepsOfPlan({ ...rebuilding, to: plan.from }),
    LADDERS.minor.filter((id) => id !== "switch"),
  );
});

for (const method of METHODS) {
  const plan = samplePlan({
    method,
    ...(method === "minor" ? { sorting: SORTING } : {}),
  });

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

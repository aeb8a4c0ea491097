import { assertEquals } from "@std/assert";
import { everyFact, tryFact } from "../tests/sample/reachable.ts";
import { samplePlan } from "../tests/sample/plan.ts";
import {
  COMMITTED,
  done,
  lapse,
  planned,
  ROLLED_BACK,
  started,
  turnedBack,
  undoing,
  undone,
  upTo,
} from "../tests/sample/story.ts";
import { thrownBy } from "../tests/sample/thrown.ts";
import type { Fact } from "./fact.ts";
import {
  type Direction,
  EMPTY,
  evolve,
  fold,
  ImpossibleFactError,
  type State,
  type StepStatus,
} from "./fold.ts";
import { STEP_IDS, type StepId } from "./step_id.ts";

type StepFact = Extract<Fact, { step: StepId }>;

const STATUSES: readonly StepStatus[] = [
  "pending",
  "started",
  "failed",
  "done",
  "lapsed",
  "undoing",
  "undone",
];

/** What may be said of a step, by its status, where nothing else forbids it. */
const FROM: Readonly<Record<StepFact["type"], string>> = {
  "step-started": "pending started failed        lapsed         undone",
  "step-done": "           started failed        lapsed",
  "step-failed": "         started failed        lapsed",
  "step-mended": "                        done",
  "step-lapsed": "                        done",
  "waiting": "             started failed               undoing",
  "undo-started": "        started failed done   lapsed",
  "undo-failed": "                                      undoing",
  "undo-done": "           started failed done   lapsed undoing",
};

type Below = "done" | "pending" | "started" | "lapsed";
type Above = "pending" | "undone" | "done" | "started" | "lapsed";

interface World {
  readonly direction: Direction;
  readonly below: Below;
  readonly above: Above;
  readonly status: StepStatus;
}

/** The rules in words, for a step with one below it and one above it. */
function isAllowed(type: StepFact["type"], world: World): boolean {
  const { above, below, direction, status } = world;
  if (!FROM[type].split(/ +/).includes(status)) return false;
  const bare = above === "pending" || above === "undone";
  switch (type) {
    case "step-started":
    case "step-done":
    case "step-failed":
      return direction === "up" && below === "done" && bare;
    case "step-mended":
    case "step-lapsed":
      // Others stand on it: that is how it is found.
      return direction === "up" && below === "done";
    case "waiting":
      if (status === "undoing") return bare;
      return direction === "up" && below === "done" && bare;
    case "undo-failed":
      return bare;
    case "undo-started":
    case "undo-done":
      // On the way up only to get at what was invalidated below, or to end it.
      return bare &&
        (direction === "down" || below === "lapsed" || status === "undoing");
  }
}

function stepFact(type: StepFact["type"], step: StepId): StepFact {
  const fact = everyFact(EMPTY).find((fact) =>
    fact.type === type && fact.step === step
  );
  return fact as StepFact;
}

function worldState(world: World): State {
  const at = STEP_IDS.indexOf("build");
  const steps = STEP_IDS.map((id, index) => {
    const status = index === at
      ? world.status
      : index === at - 1
      ? world.below
      : index === at + 1
      ? world.above
      : index < at
      ? "done"
      : "pending";
    return [id, { ...EMPTY.steps[id], status }];
  });
  return {
    ...EMPTY,
    plan: samplePlan(),
    direction: world.direction,
    steps: Object.fromEntries(steps),
  };
}

function* everyWorld(): Generator<World> {
  for (const direction of ["up", "down"] as const) {
    for (const below of ["done", "pending", "started", "lapsed"] as const) {
      for (
        const above of [
          "pending",
          "undone",
          "done",
          "started",
          "lapsed",
        ] as const
      ) {
        for (const status of STATUSES) {
          yield { direction, below, above, status };
        }
      }
    }
  }
}

for (const type of Object.keys(FROM) as StepFact["type"][]) {
  Deno.test(`"${type}": allowed or impossible, in every situation`, () => {
    const fact = stepFact(type, "build");
    for (const world of everyWorld()) {
      assertEquals(
        tryFact(worldState(world), fact) !== undefined,
        isAllowed(type, world),
        JSON.stringify({ type, ...world }),
      );
    }
  });
}

Deno.test("Nothing but a plan opens a journal, and only one", () => {
  for (const fact of everyFact(EMPTY)) {
    if (fact.type === "run-planned") {
      assertEquals(evolve(EMPTY, fact).plan, samplePlan());
      assertImpossible(
        [fact],
        fact,
        "a run is planned once",
      );
    } else {
      assertImpossible([], fact, "nothing happens before the plan");
    }
  }
});

Deno.test("While a run is committed nothing can happen but its end", () => {
  const committing = [
    ...upTo("start-writers"),
    { type: "run-committing" } as const,
  ];
  const state = fold(committing);
  const allowed = everyFact(state).filter((fact) =>
    tryFact(state, fact) !== undefined
  );
  assertEquals(allowed, [{ type: "run-closed", outcome: "committed" }]);
});

Deno.test("Nothing happens after either end", () => {
  for (const story of [COMMITTED, ROLLED_BACK]) {
    for (const fact of everyFact(fold(story))) {
      assertImpossible(
        story,
        fact,
        fact.type === "run-planned"
          ? "a run is planned once"
          : "nothing happens after the end",
      );
    }
  }
});

Deno.test("Each rule is told in its own words", () => {
  const top = upTo("start-writers");
  const cases: readonly (readonly [Fact[], Fact, string])[] = [
    [[planned()], done("prepare"), "the step was pending"],
    [[planned()], started("prepare", 2), "the last attempt was 0"],
    [[planned()], started("close"), "a step below is not done"],
    [[planned()], undone("prepare"), "the step was pending"],
    [upTo("close"), undoing("close"), "the run is going up"],
    [
      [...upTo("close"), turnedBack],
      started("dump"),
      "the run is going down",
    ],
    [
      [...upTo("close"), turnedBack],
      undoing("prepare"),
      "a step above still stands",
    ],
    [
      [...upTo("dump"), lapse("close")],
      started("close", 2),
      "a step above still stands",
    ],
    [top, { type: "run-turned-up", reason: "" }, "the run is going up"],
    [
      top,
      { type: "loss-confirmed", evidence: {}, loss: "" },
      "nothing is lost on the way up",
    ],
    [
      [...upTo("close"), turnedBack],
      turnedBack,
      "the run has turned back already",
    ],
    [
      [...top, { type: "run-committing" }],
      { ...turnedBack, old: ["upgrade"] },
      "there is no way back",
    ],
    [upTo("start"), { type: "run-committing" }, "the upgrade is not complete"],
    [
      [...top, { type: "run-committing" }],
      { type: "run-committing" },
      "the run is being committed already",
    ],
    [
      [...top, { type: "run-committing" }],
      turnedBack,
      "there is no way back",
    ],
    [
      [...top, { type: "run-committing" }],
      lapse("close"),
      "nothing moves while the run is committed",
    ],
    [
      top,
      { type: "run-closed", outcome: "committed" },
      "the run is not at an end",
    ],
  ];
  for (const [facts, fact, rule] of cases) assertImpossible(facts, fact, rule);
});

function assertImpossible(facts: readonly Fact[], fact: Fact, rule: string) {
  const state = fold(facts);
  assertEquals(
    thrownBy(() => evolve(state, fact), ImpossibleFactError).message,
    `Cannot record ${JSON.stringify(fact)}: ${rule}`,
  );
}

import type { Fact } from "../../journal/fact.ts";
import {
  EMPTY,
  evolve,
  ImpossibleFactError,
  MAY_FOLLOW,
  type State,
} from "../../journal/fold.ts";
import { samplePlan } from "./plan.ts";
import { LADDER } from "./story.ts";

export interface Reached {
  readonly state: State;
  /** How the journal came to say this, in the fewest facts. */
  readonly facts: readonly Fact[];
  /** Keys of the states that are one fact further. */
  readonly next: Set<string>;
}

const PLANNED: Fact = { type: "run-planned", plan: samplePlan() };

/** All that can be said next, sensible or not. */
export function everyFact(state: State): Fact[] {
  const evidence = { inode: "2002" };
  return [
    PLANNED,
    { type: "run-turned-back", reason: "asked" },
    { type: "run-turned-up", reason: "not agreed" },
    { type: "loss-confirmed", evidence, loss: "3 transactions" },
    { type: "run-committing" },
    { type: "run-closed", outcome: "rolled-back" },
    { type: "run-closed", outcome: "committed" },
    ...LADDER.flatMap((step): Fact[] => [
      {
        type: "step-started",
        step,
        attempt: state.steps[step].attempt + 1,
      },
      { type: "step-done", step, evidence },
      { type: "step-failed", step, message: "no space" },
      { type: "step-mended", step, found: "half of it", evidence },
      { type: "step-lapsed", step, expected: "it", found: "nothing" },
      { type: "waiting", step, ask: "change it" },
      { type: "undo-started", step },
      { type: "undo-failed", step, message: "no space" },
      { type: "undo-done", step },
    ]),
  ];
}

/** Two states with the same key allow the same facts, but for the attempt. */
export function keyOf(state: State): string {
  return [
    state.plan === undefined ? "no plan" : "planned",
    state.direction,
    state.committing ? "committing" : "",
    state.closed ?? "open",
    ...LADDER.map((id) => state.steps[id].status),
  ].join(" ");
}

export function tryFact(state: State, fact: Fact): State | undefined {
  try {
    return evolve(state, fact);
  } catch (error) {
    if (error instanceof ImpossibleFactError) return undefined;
    throw error;
  }
}

/** fold_test.ts sees that evolve() refuses each such fact. */
function isOutOfOrder(state: State, fact: Fact): boolean {
  return "step" in fact &&
    !MAY_FOLLOW[fact.type].includes(state.steps[fact.step].status);
}

let reached: ReadonlyMap<string, Reached> | undefined;

/** Every state that any journal can come to say, by its key. */
export function everyReachable(): ReadonlyMap<string, Reached> {
  // Most facts are refused: a stack for each would take most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  reached ??= walk();
  Error.stackTraceLimit = stackTraceLimit;
  return reached;
}

function walk(): ReadonlyMap<string, Reached> {
  const found = new Map<string, Reached>([
    [keyOf(EMPTY), { state: EMPTY, facts: [], next: new Set() }],
  ]);
  // A map hands out what is added while it is walked.
  for (const { state, facts, next } of found.values()) {
    for (const fact of everyFact(state)) {
      // Making a million errors would take most of the time.
      if (isOutOfOrder(state, fact)) continue;
      const after = tryFact(state, fact);
      if (after === undefined) continue;
      const key = keyOf(after);
      next.add(key);
      if (found.has(key)) continue;
      found.set(key, {
        state: after,
        facts: [...facts, fact],
        next: new Set(),
      });
    }
  }
  return found;
}

import type { Evidence, Fact } from "./fact.ts";
import type { Plan } from "./plan.ts";
import { STEP_IDS, type StepId } from "./step_id.ts";
import { stepsOfPlan } from "./ladder.ts";

export type Direction = "up" | "down";

export type StepStatus =
  | "pending"
  | "started"
  | "failed"
  | "done"
  | "lapsed"
  | "undoing"
  | "undone";

export interface StepState {
  readonly status: StepStatus;
  /** How often it was started; part of its jobs' names. */
  readonly attempt: number;
  /** Of the last time it was done. */
  readonly evidence: Evidence;
  readonly message: string;
}

export interface State {
  readonly plan: Plan | undefined;
  readonly direction: Direction;
  readonly steps: Readonly<Record<StepId, StepState>>;
  /** The way back leads on to the old version serving, by a run of these words. */
  readonly toOld: readonly string[] | undefined;
  readonly waiting: { readonly step: StepId; readonly ask: string } | undefined;
  readonly lossConfirmed: Evidence | undefined;
  readonly committing: boolean;
  readonly closed: "rolled-back" | "committed" | undefined;
}

const UNTOUCHED: StepState = {
  status: "pending",
  attempt: 0,
  evidence: {},
  message: "",
};

export const EMPTY: State = {
  plan: undefined,
  direction: "up",
  steps: Object.fromEntries(
    STEP_IDS.map((id) => [id, UNTOUCHED]),
  ) as Record<StepId, StepState>,
  toOld: undefined,
  waiting: undefined,
  lossConfirmed: undefined,
  committing: false,
  closed: undefined,
};

/** A journal that says what cannot have happened: a bug or a hand edit. */
export class ImpossibleFactError extends Error {
  override name = "ImpossibleFactError";
}

type StepFact = Extract<Fact, { step: StepId }>;

/** From which statuses each fact may come. */
export const MAY_FOLLOW: Record<StepFact["type"], readonly StepStatus[]> = {
  "step-started": ["pending", "undone", "failed", "lapsed", "started"],
  "step-done": ["started", "failed", "lapsed"],
  "step-failed": ["started", "lapsed", "failed"],
  "step-mended": ["done"],
  "step-lapsed": ["done"],
  "waiting": ["started", "failed", "undoing"],
  "undo-started": ["started", "failed", "done", "lapsed"],
  "undo-failed": ["undoing"],
  "undo-done": ["started", "failed", "done", "lapsed", "undoing"],
};

/** Nothing of this step stands, as far as the journal knows. */
export function isDown(status: StepStatus): boolean {
  return status === "pending" || status === "undone";
}

/** The steps of this run's ladder; none before it is planned. */
export function ladderOf({ plan }: State): readonly StepId[] {
  return plan === undefined ? [] : stepsOfPlan(plan);
}

/** The lowest step whose effect no longer holds. */
export function lapsedStep(state: State): StepId | undefined {
  return ladderOf(state).find((id) => state.steps[id].status === "lapsed");
}

/** Every step is done, and the run is going up. */
export function isComplete(state: State): boolean {
  return state.plan !== undefined && state.direction === "up" &&
    ladderOf(state).every((id) => state.steps[id].status === "done");
}

/** One fact further. Pure, and the only place where a state is made. */
export function evolve(state: State, fact: Fact): State {
  if (fact.type === "run-planned") {
    must(state.plan === undefined, "a run is planned once", fact);
    return { ...state, plan: fact.plan };
  }
  must(state.plan !== undefined, "nothing happens before the plan", fact);
  must(state.closed === undefined, "nothing happens after the end", fact);
  switch (fact.type) {
    case "run-turned-back":
      // On the way back it may still be said where that leads.
      must(
        state.direction === "up" || fact.old !== undefined,
        "the run has turned back already",
        fact,
      );
      must(!state.committing, "there is no way back", fact);
      return {
        ...state,
        direction: "down",
        toOld: fact.old,
        waiting: state.direction === "up" ? undefined : state.waiting,
      };
    case "run-turned-up":
      must(state.direction === "down", "the run is going up", fact);
      return {
        ...state,
        direction: "up",
        steps: reopened(state.steps),
        toOld: undefined,
        waiting: undefined,
        lossConfirmed: undefined,
      };
    case "loss-confirmed":
      must(state.direction === "down", "nothing is lost on the way up", fact);
      return { ...state, lossConfirmed: fact.evidence };
    case "run-committing":
      must(!state.committing, "the run is being committed already", fact);
      must(
        isComplete(state),
        "the upgrade is not complete",
        fact,
      );
      return { ...state, committing: true };
    case "run-closed":
      must(
        fact.outcome === "committed"
          ? state.committing
          : state.direction === "down" &&
            ladderOf(state).every((id) => isDown(state.steps[id].status)),
        "the run is not at an end",
        fact,
      );
      return { ...state, closed: fact.outcome };
    default:
      return evolveStep(state, fact);
  }
}

/** What was being undone is to be done again, from wherever it stands. */
function reopened(steps: State["steps"]): State["steps"] {
  const step = (id: StepId): StepState => {
    const was = steps[id];
    return was.status === "undoing" ? { ...was, status: "failed" } : was;
  };
  return Object.fromEntries(
    STEP_IDS.map((id) => [id, step(id)]),
  ) as Record<StepId, StepState>;
}

function evolveStep(state: State, fact: StepFact): State {
  const was = state.steps[fact.step];
  must(!state.committing, "nothing moves while the run is committed", fact);
  must(
    MAY_FOLLOW[fact.type].includes(was.status),
    `the step was ${was.status}`,
    fact,
  );
  checkDirection(state, fact);
  const next = stepAfter(was, fact);
  return {
    ...state,
    steps: { ...state.steps, [fact.step]: next },
    waiting: fact.type === "waiting"
      ? { step: fact.step, ask: fact.ask }
      // What was asked is not answered by a repair further down.
      : fact.type === "step-mended"
      ? state.waiting
      : undefined,
  };
}

function stepAfter(was: StepState, fact: StepFact): StepState {
  switch (fact.type) {
    case "step-started":
      must(
        fact.attempt === was.attempt + 1,
        `the last attempt was ${was.attempt}`,
        fact,
      );
      return { ...was, status: "started", attempt: fact.attempt, message: "" };
    case "step-done":
      return { ...was, status: "done", evidence: fact.evidence, message: "" };
    case "step-failed":
      return { ...was, status: "failed", message: fact.message };
    case "step-lapsed":
      return { ...was, status: "lapsed", message: fact.found };
    case "undo-started":
      return { ...was, status: "undoing", message: "" };
    case "undo-failed":
      return { ...was, message: fact.message };
    case "undo-done":
      return { ...was, status: "undone", message: "" };
    case "step-mended":
      return { ...was, evidence: fact.evidence };
    case "waiting":
      return was;
  }
}

/**
 * A step goes up only on the way up, with all below it done; it is undone only
 * on the way down, or on the way up to get at a step below it that lapsed;
 * always from the top.
 */
function checkDirection(state: State, fact: StepFact) {
  const ladder = ladderOf(state);
  const index = ladder.indexOf(fact.step);
  must(index >= 0, "the ladder has no such step", fact);
  const undoing = fact.type.startsWith("undo-") ||
    (fact.type === "waiting" && state.steps[fact.step].status === "undoing");
  if (undoing) {
    const lapsed = lapsedStep(state);
    must(
      state.direction === "down" ||
        state.steps[fact.step].status === "undoing" ||
        (lapsed !== undefined && ladder.indexOf(lapsed) < index),
      "the run is going up",
      fact,
    );
    must(
      ladder.slice(index + 1).every((id) => isDown(state.steps[id].status)),
      "a step above still stands",
      fact,
    );
    return;
  }
  must(state.direction === "up", "the run is going down", fact);
  must(
    ladder.slice(0, index).every((id) => state.steps[id].status === "done"),
    "a step below is not done",
    fact,
  );
  // What stands on a step was made from it: it goes before the step is redone.
  must(
    fact.type === "step-mended" || fact.type === "step-lapsed" ||
      ladder.slice(index + 1).every((id) => isDown(state.steps[id].status)),
    "a step above still stands",
    fact,
  );
}

export function fold(facts: Iterable<Fact>): State {
  let state = EMPTY;
  for (const fact of facts) state = evolve(state, fact);
  return state;
}

function must(holds: boolean, rule: string, fact: Fact): asserts holds {
  if (!holds) {
    throw new ImpossibleFactError(
      `Cannot record ${JSON.stringify(fact)}: ${rule}`,
    );
  }
}

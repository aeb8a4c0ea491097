import type { Direction, StepStatus } from "../../journal/fold.ts";
import type { Observed } from "./contract.ts";

export type Decision =
  /** Announce it if it is not announced, and bring the effect about. */
  | "apply"
  /** See its job to the end. */
  | "finish"
  | "record-done"
  /** A done step's effect is partly gone: bring it back. */
  | "repair"
  /** A done step's effect is gone: it is to be done again. */
  | "invalidate"
  | "keep"
  | "undo"
  | "record-undone"
  /** Touch nothing: a person must look. */
  | "refuse";

/** The statuses that a step can have when it is looked at, by direction. */
export interface Statuses {
  up: Exclude<StepStatus, "undoing">;
  down: StepStatus;
}

type Row = Readonly<Record<Observed, Decision>>;

/** Nothing is announced, so whatever stands there is not ours. */
const NOT_BEGUN: Row = {
  absent: "apply",
  partial: "refuse",
  complete: "refuse",
  running: "refuse",
  unexpected: "refuse",
};

const BEGUN: Row = {
  absent: "apply",
  partial: "apply",
  complete: "record-done",
  running: "finish",
  unexpected: "refuse",
};

const TO_UNDO: Row = {
  absent: "record-undone",
  partial: "undo",
  complete: "undo",
  running: "undo",
  unexpected: "refuse",
};

/**
 * Of a done step "absent" means that it must be done again, which says nothing
 * of what still lies there: so it is always undone.
 */
const DONE_TO_UNDO: Row = { ...TO_UNDO, absent: "undo" };

/** On the way down what is not there need not be undone: leave it alone. */
const NOTHING_TO_UNDO: Row = {
  absent: "keep",
  partial: "keep",
  complete: "keep",
  running: "keep",
  unexpected: "keep",
};

/**
 * What to do: what the journal says of a step, against what the world shows.
 * A first run, a resume and a rollback all read this table; there is no other
 * recovery code. The types make it exhaustive.
 *
 * The row "done" of `up` is read for every done step before the next is begun,
 * from the bottom; the other rows are read for the current step alone.
 */
export const DECISIONS: {
  readonly [D in Direction]: Readonly<Record<Statuses[D], Row>>;
} = {
  up: {
    pending: NOT_BEGUN,
    undone: NOT_BEGUN,
    started: BEGUN,
    failed: BEGUN,
    lapsed: BEGUN,
    done: {
      absent: "invalidate",
      partial: "repair",
      complete: "keep",
      running: "refuse",
      unexpected: "refuse",
    },
  },
  down: {
    pending: NOTHING_TO_UNDO,
    undone: NOTHING_TO_UNDO,
    started: TO_UNDO,
    failed: TO_UNDO,
    done: DONE_TO_UNDO,
    lapsed: DONE_TO_UNDO,
    undoing: TO_UNDO,
  },
};

import type { Evidence } from "../../journal/fact.ts";
import type { State, StepState } from "../../journal/fold.ts";
import type { StepId } from "../../journal/step_id.ts";
import type { Context } from "../run/context.ts";

/** What the world shows of a step's effect, whatever the journal says. */
export type Observed =
  /** Nothing of it. A done step must be done again. */
  | "absent"
  /** Some of it: `apply` completes it or starts over, `undo` removes it. */
  | "partial"
  | "complete"
  /** Its job is alive, or has left its result: see it to its end. */
  | "running"
  /** Something stands there that this run did not announce. */
  | "unexpected";

export interface Observation {
  readonly observed: Observed;
  /** A phrase for a person: what stands there. */
  readonly found: string;
  /** A phrase for a person: what should. */
  readonly expected?: string;
}

/**
 * One step. All that it needs to find its effect again is in the plan that it
 * was made from and in the journal, so a process that died has nothing in its
 * head worth keeping.
 *
 * - `look` changes nothing. It is asked of the current step and, before that is
 *   begun, of every done step below it.
 * - `apply` is called on "absent" and "partial", and brings "complete" or "running".
 *   On a done step that is "partial" it repairs what is missing.
 * - `finish` is called on "running" and waits for the job's end.
 * - `undo` leaves "absent": exactly what the step below left behind.
 * - `evidence` is recorded when the effect was seen complete.
 */
export interface Step {
  readonly id: StepId;
  /** In the imperative, for a person: "Stop the service". */
  readonly title: string;
  /** One sentence: what it does. */
  readonly does: string;
  /** One sentence: how it is undone. */
  readonly wayBack: string;
  /** The commands as a person would type them, for `plan`. */
  readonly commands: readonly string[];
  /**
   * Looked at once in a life, not before each step: nothing that stands on it
   * goes wrong in silence without it.
   */
  readonly steady?: true;
  look(context: Context): Promise<Observation>;
  apply(context: Context): Promise<void>;
  finish?(context: Context): Promise<void>;
  undo(context: Context): Promise<void>;
  evidence(context: Context): Promise<Evidence>;
}

/** The operator must do something first; `resume` looks again. */
export class WaitingError extends Error {
  override name = "WaitingError";
  constructor(readonly ask: string) {
    super(ask);
  }
}

/** What is there cannot be upgraded: the run goes back, and nothing was lost. */
export class RefusedError extends Error {
  override name = "RefusedError";
  /** @param left a phrase: what is there once the run has gone back */
  constructor(message: string, readonly left: string) {
    super(message);
  }
}

export const absent = (found: string, expected?: string): Observation =>
  observation("absent", found, expected);
export const partial = (found: string, expected?: string): Observation =>
  observation("partial", found, expected);
export const complete = (found: string): Observation =>
  observation("complete", found);
export const running = (found: string): Observation =>
  observation("running", found);
export const unexpected = (found: string, expected?: string): Observation =>
  observation("unexpected", found, expected);

/** The step is or was under way since it was last undone. */
export function isBegun(state: State, step: StepId): boolean {
  return !["pending", "undone"].includes(state.steps[step].status);
}

export function isPending(step: StepState): boolean {
  return step.status === "pending" || step.status === "undone";
}

function observation(
  observed: Observed,
  found: string,
  expected?: string,
): Observation {
  return expected === undefined
    ? { observed, found }
    : { observed, found, expected };
}

import { isDown, type State } from "../../journal/fold.ts";
import { Failure } from "../base/failure.ts";
import type { Context } from "../run/context.ts";
import type { Observation, Step } from "./contract.ts";

/** What to do where something stands that no run has announced. */

/**
 * Looks whether the way back is open, before anything is said of it in the
 * journal: a run that was turned back can neither go on nor be committed.
 *
 * @throws {Failure} "foreign": something stands there that is not this run's
 */
export async function requireWayBack(
  ladder: readonly Step[],
  context: Context,
) {
  const state: State = { ...context.state, direction: "down" };
  for (const step of ladder) {
    if (isDown(state.steps[step.id].status)) continue;
    const observation = await step.look({ ...context, state });
    if (observation.observed === "unexpected") refuse(step, observation);
  }
}

const LOOK =
  'Type "pgladder status" for where all of it lies, put back what was moved, then run "pgladder resume" or "pgladder rollback"';

/** Stops everything: nothing is touched before a person has looked. */
export function refuse(step: Step, { found, expected }: Observation): never {
  throw new Failure("foreign", {
    found: `Cannot continue at "${step.id}": ${found}`,
    hint: expected === undefined
      ? `Nothing was touched. ${LOOK}`
      : `pgladder expected ${expected}. Nothing was touched. ${LOOK}`,
  });
}

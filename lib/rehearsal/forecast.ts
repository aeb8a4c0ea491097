import type { Plan } from "../../journal/plan.ts";
import { type StepId, stepsOf } from "../../journal/step_id.ts";
import type { RehearsalRecord } from "../run/rehearsal_record.ts";

/**
 * The steps that no rehearsal can take while the service runs on, as multiples
 * of "prepare", which is calls of the runtime as they are, and a small job. Of
 * "start-writers" only what passes until they write again.
 */
const OF_PREPARE: Partial<Record<StepId, number>> = {
  "stop-writers": 0.03,
  "close": 0.27,
  "swap": 0.04,
  "switch": 0.2,
  "start": 0.43,
  "start-writers": 0.13,
};

/** The downtime, step by step, from what was measured, in milliseconds. */
export function forecast(
  method: Plan["method"],
  measured: Readonly<Partial<Record<StepId, number>>>,
): RehearsalRecord["steps"] {
  const { prepare = 0 } = measured;
  return stepsOf(method).filter((id) => id !== "prepare").map((id) => {
    const share = OF_PREPARE[id];
    return share === undefined
      ? { id, ms: measured[id] ?? 0, measured: true }
      : { id, ms: Math.round(share * prepare), measured: false };
  });
}

import type { Plan } from "../journal/plan.ts";
import type { StepId } from "../journal/step_id.ts";

/**
 * With which step's begin the downtime begins, and with which one's end it
 * ends: applications count where there are any.
 */
export function downtimeSteps(
  { writers }: Pick<Plan, "writers">,
): { begin: StepId; end: StepId } {
  return writers.some(({ active }) => active)
    ? { begin: "stop-writers", end: "start-writers" }
    : { begin: "close", end: "start" };
}

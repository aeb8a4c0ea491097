import { asksFirst, type Plan } from "./plan.ts";
import { type StepId, stepsOf } from "./step_id.ts";

/**
 * The ladder of a plan: indexes are rebuilt where text is sorted otherwise, and
 * where the very image stays there is nothing to switch.
 */
export function stepsOfPlan(
  plan: Pick<Plan, "method" | "sorting" | "from" | "to" | "unserved">,
): readonly StepId[] {
  const { from, method, sorting, to } = plan;
  return stepsOf(method, { asks: asksFirst(plan) }).filter((id) =>
    id === "reindex"
      ? sorting !== undefined
      : id !== "switch" || sorting === undefined || from.id !== to.id
  );
}

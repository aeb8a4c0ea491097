import type { Plan } from "../../../journal/plan.ts";
import type { Method } from "./method.ts";
import { byPgUpgrade } from "./pg_upgrade.ts";
import { fromDump } from "./restore.ts";

/** The method that the plan names. */
export function methodFor(plan: Plan): Method {
  return plan.method === "pg_upgrade" ? byPgUpgrade(plan) : fromDump(plan);
}

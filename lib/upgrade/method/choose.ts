import type { PlannedRun } from "../../run/context.ts";
import type { Method } from "./method.ts";
import { byPgUpgrade } from "./pg_upgrade.ts";
import { fromDump } from "./restore.ts";

/** The method that the plan names. */
export function methodFor(run: PlannedRun): Method {
  return run.plan.method === "pg_upgrade" ? byPgUpgrade(run) : fromDump(run);
}

import { SESSION } from "../../job/psql.ts";
import type { Plan } from "../../../journal/plan.ts";
import type { RunContext } from "../../run/context.ts";

/**
 * Planner statistics. A dump's build gathers all of them, and from 18 on
 * pg_upgrade carries them along. Before that its build gathers the first stage
 * alone, enough to plan by, and the rest is for the server that serves.
 */

/** The version whose pg_upgrade carries statistics along. */
const CARRIED = 18;

export const lacksStatistics = ({ method, to }: Plan): boolean =>
  method === "pg_upgrade" && to.major < CARRIED;

/** It was tried on the new cluster, with the service running. */
export async function isGathered(
  { names, ports: { files } }: RunContext<"files">,
) {
  return await files.look(names.statistics) !== undefined;
}

/** Rows are safe without it, so a failure is told and stops nothing. */
export async function gatherStatistics({ names, plan, ports }: RunContext) {
  const { containers, files, host } = ports;
  host.say("The service runs; gathering the statistics for its planner");
  const { code } = await containers.exec(plan.container, [
    "bash",
    "-c",
    `${SESSION}; exec vacuumdb -wU "$1" --all --analyze-only --quiet --jobs "$2"`,
    "pgladder",
    plan.superuser,
    String(plan.jobs),
  ], { longRunning: true });
  if (code !== 0) {
    host.say(
      `They could not be gathered: type "${plan.runtime} exec ${plan.container} vacuumdb --all --analyze-only"`,
    );
  }
  await files.writeText(names.statistics, "gathered\n");
}

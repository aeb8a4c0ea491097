import type { Plan } from "../../../journal/plan.ts";
import { PortError, type Ports } from "../../port/ports.ts";
import { requireMade } from "./service.ts";
import { supervisorOf } from "./supervisor.ts";

/**
 * A service that was found failing, since its image cannot read its data: the
 * way back leads there again, and nobody waits until it serves.
 */

/** Lets it start, and fail, as it did. */
export async function letFail(plan: Plan, ports: Ports) {
  const supervisor = supervisorOf(plan, ports);
  await requireMade(plan, ports, plan.from);
  if (!(await supervisor.look()).free) await supervisor.unblockStart();
  if (!plan.unserved?.active) return;
  try {
    await supervisor.start();
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    ports.host.say(`${plan.unit} fails as it did before: ${error.message}`);
  }
}

/** Nothing of the run blocks its start, and it tries where it did. */
export async function isAsFound(plan: Plan, ports: Ports): Promise<boolean> {
  const supervisor = supervisorOf(plan, ports);
  const { free, stopped, up } = await supervisor.look();
  if (!free) return false;
  if (!plan.unserved?.active) return stopped;
  return up || !stopped || await triesAgain(plan, ports);
}

/** Between two attempts, or after the last one. */
async function triesAgain(plan: Plan, { containers, units }: Ports) {
  if (plan.restart === undefined) {
    return (await units.show([plan.unit])).get(plan.unit)?.active === "failed";
  }
  return (await containers.inspect(plan.container))?.status === "restarting";
}

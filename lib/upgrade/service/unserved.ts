import type { RunContext } from "../../run/context.ts";
import { PortError } from "../../port/ports.ts";
import { requireMade } from "./service.ts";
import { supervisorOf } from "./supervisor.ts";

/**
 * A service that was found failing, since its image cannot read its data: the
 * way back leads there again, and nobody waits until it serves.
 */

/** Lets it start, and fail, as it did. */
export async function letFail(context: RunContext) {
  const { plan, ports } = context;
  const supervisor = supervisorOf(context);
  await requireMade(context, plan.from);
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
export async function isAsFound(context: RunContext): Promise<boolean> {
  const { plan } = context;
  const supervisor = supervisorOf(context);
  const { free, stopped, up } = await supervisor.look();
  if (!free) return false;
  if (!plan.unserved?.active) return stopped;
  return up || !stopped || await triesAgain(context);
}

/** Between two attempts, or after the last one. */
async function triesAgain({ plan, ports: { containers, units } }: RunContext) {
  if (plan.restart === undefined) {
    return (await units.show([plan.unit])).get(plan.unit)?.active === "failed";
  }
  return (await containers.inspect(plan.container))?.status === "restarting";
}

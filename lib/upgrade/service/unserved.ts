import {
  asConfigured,
  asksFirst,
  type Image,
  type Plan,
} from "../../../journal/plan.ts";
import type { Context, RunContext } from "../../run/context.ts";
import { PortError } from "../../port/ports.ts";
import { requireNobody } from "./in_use.ts";
import { closeUnit, isOpen, openUnit, requireMade } from "./service.ts";
import { supervisorOf } from "./supervisor.ts";

/**
 * A service that was found failing, since its image cannot read its data: the
 * way back leads there again, and nobody waits until it serves.
 */

/** As the run found it: it serves, or fails again. */
export function openAsFound(context: Context): Promise<void> {
  const image = servedImage(context.plan);
  return image === undefined ? letFail(context) : openUnit(context, image);
}

/** Whether it is, and nothing of the run stands in its way. */
export function isOpenAsFound(context: RunContext): Promise<boolean> {
  const image = servedImage(context.plan);
  return image === undefined ? isAsFound(context) : isOpen(context, image);
}

/** Of what a person makes the service on the way back, where one is asked. */
export function wantedBack({ plan, state }: Context): Image {
  // What could not serve is not made again where the old version is to serve.
  const old = state.toOld && state.plan?.from;
  return old ?? asConfigured(plan).from;
}

/** What served when the run found it: the data, or others than are upgraded. */
export function servedImage(plan: Plan): Image | undefined {
  if (plan.unserved === undefined) return plan.from;
  return plan.lost?.serves ? asConfigured(plan).from : undefined;
}

/**
 * Where the configuration names the new image before it is switched to, a boot
 * that has lost the start block serves what was swapped in.
 */
export async function closeStarted(context: RunContext) {
  if (asksFirst(context.plan)) await closeUnit(context);
}

/** Lets it start, and fail, as it did. */
async function letFail(context: Context) {
  const { plan, ports } = context;
  const supervisor = supervisorOf(context);
  await requireMade(context, wantedBack(context));
  const { free, stopped } = await supervisor.look();
  // Of its own cluster, which a lost one was to replace, it may well be a server.
  if (plan.lost && stopped) await requireNobody(context, plan.volume.path);
  if (!free) await supervisor.unblockStart();
  if (!plan.unserved?.active) return;
  try {
    await supervisor.start();
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    ports.host.say(`${plan.unit} fails as it did before: ${error.message}`);
  }
}

/** Between the end of one attempt and the next a runtime says of it "exited". */
const LOOKS = 10;
const POLL_MS = 100;

/**
 * Nothing of the run blocks its start, and it tries where it did. What was
 * stopped a boot may have started since, as it would have without the run.
 */
async function isAsFound(context: RunContext): Promise<boolean> {
  const { plan, ports } = context;
  const supervisor = supervisorOf(context);
  for (let looks = 1;; looks++) {
    const { free, stopped, up } = await supervisor.look();
    if (!free) return false;
    if (!plan.unserved?.active) return true;
    if (up || !stopped || await triesAgain(context)) return true;
    if (looks >= LOOKS) return false;
    await ports.host.sleep(POLL_MS);
  }
}

/** Between two attempts, or after the last one. */
async function triesAgain({ plan, ports: { containers, units } }: RunContext) {
  if (plan.restart === undefined) {
    return (await units.show([plan.unit])).get(plan.unit)?.active === "failed";
  }
  const status = (await containers.inspect(plan.container))?.status ?? "";
  return ["restarting", "running"].includes(status);
}

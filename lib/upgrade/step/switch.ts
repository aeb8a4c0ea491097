import type { Plan } from "../../../journal/plan.ts";
import { describeStep } from "../step_text.ts";
import { describeStrangers } from "../service/in_use.ts";
import { requireLossConfirmed } from "../loss.ts";
import { endedWell, isAtWork } from "../switch/transient_unit.ts";
import { switcherFor } from "../switch/choose.ts";
import type { Switcher } from "../switch/switcher.ts";
import { supervisorOf } from "../service/supervisor.ts";
import { closeUnit, isQuiet, serviceState } from "../service/service.ts";
import { type WouldRun, wouldRun } from "../../configuration/would_run.ts";
import {
  absent,
  complete,
  type Context,
  isBegun,
  isPending,
  type Observation,
  partial,
  type Step,
  unexpected,
} from "../contract.ts";

/**
 * Brings the configuration to name the new image. Judged by what the unit
 * would run now, never by an exit code. The unit's hold is lifted first: the
 * new cluster is in place, and a rebuild wants to start the unit. A container
 * that no unit starts must be made again, since its image cannot be changed.
 */
export function switchStep(plan: Plan): Step {
  const switcher = switcherFor(plan);
  return {
    id: "switch",
    ...describeStep("switch", plan),
    does: switcher.does,
    wayBack: switcher.wayBack,
    commands: switcher.commands,
    look: (context) => look(plan, context, switcher),
    async apply(context) {
      const { ports } = context;
      const strangers = await describeStrangers(
        plan,
        ports,
        plan.volume.path,
      );
      const supervisor = supervisorOf(plan, ports);
      const { version } = await runsNow(plan, context);
      const { free } = await supervisor.look();
      // Once its start is unblocked the unit itself may be at work there; and who
      // makes the container again may have started it.
      if (
        strangers !== undefined &&
        (await isQuiet(plan, ports) ||
          !(free || (isUnmanaged(plan) && version === "to")))
      ) throw new Error(strangers);
      const switches = version !== "to";
      // The old container itself must not be let out: the new one is another.
      if (!isUnmanaged(plan) && !free) {
        await supervisor.unblockStart({
          later: switches && switcher.loads === true,
        });
      }
      if (switches) await switcher.apply(context);
      if (isUnmanaged(plan)) await letOutNew(plan, context);
    },
    async undo(context) {
      // Stopped first: what a running server will have taken cannot be told.
      await closeUnit(plan, context.ports);
      await requireLossConfirmed(plan, context);
      const { version } = await runsNow(plan, context);
      if (
        version !== "from" || await switcher.isWritten?.(context) ||
        await isAtWork(plan, context.ports)
      ) {
        await switcher.undo(context);
        // Who makes a container gives it its restart policy, or starts it.
        if (isUnmanaged(plan)) await closeUnit(plan, context.ports);
      }
    },
    async evidence(context) {
      const found = await runsNow(plan, context);
      return {
        image: found.image,
        inner: found.mountPath,
        by: plan.switch.kind,
      };
    },
  };
}

/** While it is the old one its start stays blocked. */
async function letOutNew(plan: Plan, context: Context) {
  const { ports } = context;
  const supervisor = supervisorOf(plan, ports);
  const { version } = await runsNow(plan, context);
  if (version === "to" && !(await supervisor.look()).free) {
    await supervisor.unblockStart();
  }
}

/** What nobody can read is as whoever was asked to change it says. */
async function runsNow(plan: Plan, context: Context): Promise<WouldRun> {
  const found = await wouldRun(plan, context.ports);
  if (!plan.unread) return found;
  const version = await toldVersion(plan, context);
  if (version === undefined) return found;
  const { inner, reference } = plan[version];
  const text = `${plan.unit} is said to run ${reference}`;
  return { version, image: reference, mountPath: inner, text };
}

/**
 * The person was asked, and has typed `resume` since; or the command has ended
 * well. Undefined where neither has been.
 */
async function toldVersion(
  plan: Plan,
  { ports, state: { steps, waiting } }: Context,
): Promise<"from" | "to" | undefined> {
  const { status } = steps.switch;
  if (isPending(steps.switch)) return "from";
  if (status === "done") return "to";
  if (waiting?.step === "switch") return status === "undoing" ? "from" : "to";
  const ended = await endedWell(plan, ports);
  return ended && (ended === "apply" ? "to" : "from");
}

const AT_WORK = "a rebuild of an earlier life is at work";

const isUnmanaged = ({ restart }: Plan) => restart !== undefined;

async function look(
  plan: Plan,
  context: Context,
  switcher: Switcher,
): Promise<Observation> {
  const { ports, state } = context;
  if (isPending(state.steps.switch)) return absent("not begun");
  const found = await runsNow(plan, context);
  switch (found.version) {
    case "from":
      if (
        state.direction !== "down" || !(await serviceState(plan, ports)).blocked
      ) {
        return partial(found.text);
      }
      // It would still bring the new image, after all else is undone.
      if (await isAtWork(plan, ports)) return partial(AT_WORK);
      return await switcher.isWritten?.(context)
        ? partial("the configuration's files still name the new image")
        : absent(found.text);
    case "to":
      // A start blocks the unit itself, to replace a server of the old image.
      return isBegun(state, "start") || (await serviceState(plan, ports)).free
        ? complete(found.text)
        : partial(`${plan.unit} is blocked`);
    case "between":
      return partial(found.text);
    case "other":
      if (await isAtWork(plan, ports)) return partial(AT_WORK);
      return unexpected(
        found.text,
        `${plan.from.reference} or ${plan.to.reference}`,
      );
  }
}

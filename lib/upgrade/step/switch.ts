import { asConfigured, type Plan } from "../../../journal/plan.ts";
import { describeStep } from "../step_text.ts";
import type { Context, PlannedRun } from "../../run/context.ts";
import { describeStrangers } from "../service/in_use.ts";
import { requireLossConfirmed } from "../loss.ts";
import { endedWell, isAtWork } from "../switch/transient_unit.ts";
import { switcherFor } from "../switch/choose.ts";
import type { Switcher } from "../switch/switcher.ts";
import { supervisorOf } from "../service/supervisor.ts";
import { closeUnit, isQuiet, serviceState } from "../service/service.ts";
import {
  candidatesOf,
  type WouldRun,
  wouldRun,
} from "../../configuration/would_run.ts";
import {
  absent,
  complete,
  isBegun,
  isPending,
  type Observation,
  partial,
  type Step,
  unexpected,
} from "../contract.ts";

/**
 * Brings the configuration to name the new image. Judged by what the unit
 * would run now, never by an exit code. The unit's start is unblocked first: the
 * new cluster is in place, and a rebuild wants to start the unit. A container
 * that no unit starts must be made again, since its image cannot be changed.
 */
export function switchStep(run: PlannedRun): Step {
  const { plan } = run;
  const switcher = switcherFor(run);
  return {
    id: "switch",
    ...describeStep("switch", plan),
    does: switcher.does,
    wayBack: switcher.wayBack,
    commands: switcher.commands,
    look: (context) => look(context, switcher),
    async apply(context) {
      const strangers = await describeStrangers(context, plan.volume.path);
      const supervisor = supervisorOf(context);
      const { version } = await runsNow(context);
      const { free } = await supervisor.look();
      // Once its start is unblocked the unit itself may be at work there; and who
      // makes the container again may have started it.
      if (
        strangers !== undefined &&
        (await isQuiet(context) ||
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
      if (isUnmanaged(plan)) await letOutNew(context);
    },
    async undo(context) {
      // Stopped first: what a running server will have taken cannot be told.
      await closeUnit(context);
      await requireLossConfirmed(context);
      const { version } = await runsNow(context);
      if (
        version !== "from" || await switcher.isWritten?.(context) ||
        await isAtWork(context)
      ) {
        await switcher.undo(context);
        // Who makes a container gives it its restart policy, or starts it.
        if (isUnmanaged(plan)) await closeUnit(context);
      }
    },
    async evidence(context) {
      const found = await runsNow(context);
      return {
        image: found.image,
        inner: found.mountPath,
        by: plan.switch.kind,
      };
    },
  };
}

/** While it is the old one its start stays blocked. */
async function letOutNew(context: Context) {
  const supervisor = supervisorOf(context);
  const { version } = await runsNow(context);
  if (version === "to" && !(await supervisor.look()).free) {
    await supervisor.unblockStart();
  }
}

/** What nobody can read is as whoever was asked to change it says. */
async function runsNow(context: Context): Promise<WouldRun> {
  const { plan } = context;
  const found = await wouldRun(context);
  // Meanwhile the unit may have become one that says what it runs.
  const isRead = found.version !== "between" || found.image !== "";
  if (!plan.unread || isRead) return found;
  const version = await toldVersion(context);
  if (version === undefined) return found;
  const { inner, reference } = asConfigured(plan)[version];
  const text = `${plan.unit} is said to run ${reference}`;
  return { version, image: reference, mountPath: inner, text };
}

/**
 * The person was asked, and has typed `resume` since; or the command has ended
 * well. Undefined where neither has been.
 */
async function toldVersion(
  context: Context,
): Promise<"from" | "to" | undefined> {
  const { steps, waiting } = context.state;
  const { status } = steps.switch;
  if (isPending(steps.switch)) return "from";
  if (status === "done") return "to";
  if (waiting?.step === "switch") return status === "undoing" ? "from" : "to";
  const ended = await endedWell(context);
  return ended && (ended === "apply" ? "to" : "from");
}

const AT_WORK = "a rebuild that was started earlier is still running";

const isUnmanaged = ({ restart }: Plan) => restart !== undefined;

async function look(
  context: Context,
  switcher: Switcher,
): Promise<Observation> {
  const { plan, state } = context;
  if (isPending(state.steps.switch)) return absent("not begun");
  const found = await runsNow(context);
  // It named the new image before, and does so after the way back.
  const stays = plan.switch.kind === "none" && state.direction === "down";
  switch (stays && found.version === "to" ? "from" : found.version) {
    case "from":
      if (
        state.direction !== "down" || !(await serviceState(context)).blocked
      ) {
        return partial(found.text);
      }
      // It would still bring the new image, after all else is undone.
      if (await isAtWork(context)) return partial(AT_WORK);
      return await switcher.isWritten?.(context)
        ? partial("the configuration's files still name the new image")
        : absent(found.text);
    case "to":
      // A start blocks the unit itself, to replace a server of the old image.
      return isBegun(state, "start") || (await serviceState(context)).free
        ? complete(found.text)
        : partial(`${plan.unit} is blocked`);
    case "between":
      return partial(found.text);
    case "other":
      if (await isAtWork(context)) return partial(AT_WORK);
      return unexpected(
        found.text,
        [...new Set(candidatesOf(plan).map(({ image }) => image.reference))]
          .join(" or "),
      );
  }
}

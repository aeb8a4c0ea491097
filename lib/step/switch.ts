import type { Plan } from "../../journal/plan.ts";
import { describeStrangers } from "../holders.ts";
import { requireLossConfirmed } from "../loss.ts";
import { isAtWork } from "../switch/in_unit.ts";
import { type Switcher, switcherFor } from "../switch/switcher.ts";
import { closeUnit, isQuiet } from "../service.ts";
import { wouldRun } from "../would_run.ts";
import {
  absent,
  type Context,
  foreign,
  half,
  isPending,
  type Sighting,
  type Step,
  whole,
} from "./step.ts";

/**
 * Brings the configuration to name the new image. Judged by what the unit
 * would run now, never by an exit code. The unit's hold is lifted first: the
 * new cluster is in place, and a rebuild wants to start the unit.
 */
export function switchStep(plan: Plan): Step {
  const switcher = switcherFor(plan);
  return {
    id: "switch",
    title: "Switch the configuration",
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
      // Once its hold is lifted the unit itself may be at work there.
      const expected = !await isHeld(plan, context) &&
        !await isQuiet(plan, ports);
      if (strangers !== undefined && !expected) throw new Error(strangers);
      if (await ports.units.held(plan.unit) !== "free") {
        await ports.units.release(plan.unit);
      }
      if ((await wouldRun(plan, ports)).version !== "to") {
        await switcher.apply(context);
      }
    },
    async undo(context) {
      // Stopped first: what a running server will have taken cannot be told.
      await closeUnit(plan, context.ports);
      await requireLossConfirmed(plan, context);
      const { version } = await wouldRun(plan, context.ports);
      if (version !== "from" || await switcher.isWritten?.(context)) {
        await switcher.undo(context);
      }
    },
    async evidence({ ports }) {
      const found = await wouldRun(plan, ports);
      return { image: found.image, inner: found.inner, by: plan.switch.kind };
    },
  };
}

const isHeld = async (plan: Plan, { ports }: Context) =>
  await ports.units.held(plan.unit) !== "free";

async function look(
  plan: Plan,
  context: Context,
  switcher: Switcher,
): Promise<Sighting> {
  const { state } = context;
  if (isPending(state.steps.switch)) return absent("not begun");
  const held = await isHeld(plan, context);
  const found = await wouldRun(plan, context.ports);
  switch (found.version) {
    case "from":
      if (!held || state.direction !== "down") return half(found.words);
      return await switcher.isWritten?.(context)
        ? half("the configuration's files still name the new image")
        : absent(found.words);
    case "to":
      return held ? half(`${plan.unit} is held`) : whole(found.words);
    case "between":
      return half(found.words);
    case "other":
      if (await isAtWork(plan, context.ports)) {
        return half("a rebuild of an earlier life is at work");
      }
      return foreign(
        found.words,
        `${plan.from.reference} or ${plan.to.reference}`,
      );
  }
}

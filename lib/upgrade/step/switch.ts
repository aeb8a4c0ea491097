import type { Plan } from "../../../journal/plan.ts";
import { describeStrangers } from "../service/in_use.ts";
import { requireLossConfirmed } from "../loss.ts";
import { isAtWork } from "../switch/transient_unit.ts";
import { switcherFor } from "../switch/choose.ts";
import type { Switcher } from "../switch/switcher.ts";
import { keeperOf } from "../service/supervisor.ts";
import { closeUnit, isQuiet, standing } from "../service/service.ts";
import type { Ports } from "../../port/ports.ts";
import { wouldRun } from "../../configuration/would_run.ts";
import {
  absent,
  type Context,
  foreign,
  half,
  isBegun,
  isPending,
  type Sighting,
  type Step,
  whole,
} from "../contract.ts";

/**
 * Brings the configuration to name the new image. Judged by what the unit
 * would run now, never by an exit code. The unit's hold is lifted first: the
 * new cluster is in place, and a rebuild wants to start the unit. A container
 * that no unit starts must be made anew, since its image cannot be changed.
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
      const keeper = keeperOf(plan, ports);
      const { version } = await wouldRun(plan, ports);
      const { free } = await keeper.look();
      // Once its hold is lifted the unit itself may be at work there; and who
      // makes the container anew may have started it.
      if (
        strangers !== undefined &&
        (await isQuiet(plan, ports) ||
          !(free || (isAlone(plan) && version === "to")))
      ) throw new Error(strangers);
      const switches = version !== "to";
      // The old container itself must not be let out: the new one is another.
      if (!isAlone(plan) && !free) {
        await keeper.release({ later: switches && switcher.loads === true });
      }
      if (switches) await switcher.apply(context);
      if (isAlone(plan)) await letOutNew(plan, ports);
    },
    async undo(context) {
      // Stopped first: what a running server will have taken cannot be told.
      await closeUnit(plan, context.ports);
      await requireLossConfirmed(plan, context);
      const { version } = await wouldRun(plan, context.ports);
      if (version !== "from" || await switcher.isWritten?.(context)) {
        await switcher.undo(context);
        // Who makes a container gives it its restart policy, or starts it.
        if (isAlone(plan)) await closeUnit(plan, context.ports);
      }
    },
    async evidence({ ports }) {
      const found = await wouldRun(plan, ports);
      return { image: found.image, inner: found.inner, by: plan.switch.kind };
    },
  };
}

/** As long as it is the old one, it is not let out. */
async function letOutNew(plan: Plan, ports: Ports) {
  const keeper = keeperOf(plan, ports);
  const { version } = await wouldRun(plan, ports);
  if (version === "to" && !(await keeper.look()).free) await keeper.release();
}

const isAlone = ({ restart }: Plan) => restart !== undefined;

async function look(
  plan: Plan,
  context: Context,
  switcher: Switcher,
): Promise<Sighting> {
  const { ports, state } = context;
  if (isPending(state.steps.switch)) return absent("not begun");
  const found = await wouldRun(plan, ports);
  switch (found.version) {
    case "from":
      if (state.direction !== "down" || !(await standing(plan, ports)).held) {
        return half(found.words);
      }
      return await switcher.isWritten?.(context)
        ? half("the configuration's files still name the new image")
        : absent(found.words);
    case "to":
      // A start holds the unit itself, to replace a server of the old image.
      return isBegun(state, "start") || (await standing(plan, ports)).free
        ? whole(found.words)
        : half(`${plan.unit} is held`);
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

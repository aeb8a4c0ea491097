import { join } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import { describeStep } from "../step_text.ts";
import { startCommand } from "../service/supervisor.ts";
import { namesOf } from "../../run/paths.ts";
import { tombstonePlace, tombstoneText } from "../service/placeholder.ts";
import type { Ports } from "../../port/ports.ts";
import {
  closeUnit,
  isQuiet,
  openUnit,
  serviceState,
  serving,
} from "../service/service.ts";
import {
  absent,
  complete,
  type Context,
  isPending,
  type Observation,
  partial,
  type Step,
  unexpected,
} from "../contract.ts";

/**
 * Starts the unit and believes it only when the container has mounted the very
 * directory that was built, and that holds the very cluster that was built:
 * never a freshly initialised one.
 */
export function start(plan: Plan): Step {
  return {
    id: "start",
    ...describeStep("start", plan),
    commands: [startCommand(plan)],
    look: (context) => look(plan, context),
    async apply({ ports }) {
      await openUnit(plan, ports, plan.to);
      await removeTombstone(plan, ports);
    },
    async undo({ ports }) {
      await closeUnit(plan, ports);
    },
    async evidence({ ports }) {
      return {
        // It serves, so its container is of this image.
        image: plan.to.id,
        systemIdentifier: await systemIdentifier(plan, ports) ?? "",
      };
    },
  };
}

async function look(
  plan: Plan,
  { state, ports }: Context,
): Promise<Observation> {
  if (isPending(state.steps.start)) return absent("not begun");
  if (state.direction === "down") {
    const { blocked } = await serviceState(plan, ports);
    return blocked && await isQuiet(plan, ports)
      ? absent(`${plan.unit} is blocked and stopped`)
      : partial(`${plan.unit} may run`);
  }
  const built = plan.method === "minor"
    ? plan.systemIdentifier
    : state.steps.build.evidence.systemIdentifier;
  const found = await systemIdentifier(plan, ports);
  if (found !== built) {
    return unexpected(
      `"${plan.volume.path}" contains ${
        found === undefined ? "no readable cluster" : `the cluster ${found}`
      }`,
      plan.method === "minor"
        ? `the cluster ${built}, which was there before`
        : `the cluster ${built}, which this run built`,
    );
  }
  const missing = await serving(plan, ports, plan.to, {
    ask: state.steps.start.status === "done" ? "nobody" : "its file first",
  });
  if (missing !== undefined) return partial(missing);
  return await tombstoneAt(plan, ports) === undefined
    ? complete(`${plan.unit} serves ${plan.to.version}`)
    : partial("the tombstone stands");
}

async function systemIdentifier(plan: Plan, { clusters }: Ports) {
  const cluster = await clusters.look(namesOf(plan).volumeCluster);
  return cluster?.control?.systemIdentifier;
}

async function tombstoneAt(plan: Plan, { files }: Ports) {
  const place = tombstonePlace(plan);
  if (place === undefined) return undefined;
  const path = join(plan.volume.path, place, "PG_VERSION");
  const text = await files.readText(path);
  return text?.trim() === tombstoneText(plan).trim() ? path : undefined;
}

/** The old tag can no longer start there: the configuration names the new one. */
async function removeTombstone(plan: Plan, ports: Ports) {
  const path = await tombstoneAt(plan, ports);
  if (path !== undefined) await ports.files.remove(path);
}

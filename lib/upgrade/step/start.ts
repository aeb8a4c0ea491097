import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
import { join } from "@std/path";
import { describeStep } from "../step_text.ts";
import { startCommand } from "../service/supervisor.ts";
import { tombstonePlace, tombstoneText } from "../service/placeholder.ts";
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
export function start({ plan }: PlannedRun): Step {
  return {
    id: "start",
    ...describeStep("start", plan),
    commands: [startCommand(plan)],
    look,
    async apply(context) {
      await openUnit(context, plan.to);
      await removeTombstone(context);
    },
    undo: closeUnit,
    async evidence(context) {
      return {
        // It serves, so its container is of this image.
        image: plan.to.id,
        systemIdentifier: await systemIdentifier(context) ?? "",
      };
    },
  };
}

async function look(context: Context): Promise<Observation> {
  const { plan, state } = context;
  if (isPending(state.steps.start)) return absent("not begun");
  if (state.direction === "down") {
    const { blocked } = await serviceState(context);
    return blocked && await isQuiet(context)
      ? absent(`${plan.unit} is blocked and stopped`)
      : partial(`${plan.unit} may run`);
  }
  const built = plan.method === "minor"
    ? plan.systemIdentifier
    : state.steps.build.evidence.systemIdentifier;
  const found = await systemIdentifier(context);
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
  const missing = await serving(context, plan.to, {
    ask: state.steps.start.status === "done" ? "nobody" : "its file first",
  });
  if (missing !== undefined) return partial(missing);
  return await tombstoneAt(context) === undefined
    ? complete(`${plan.unit} serves ${plan.to.version}`)
    : partial("the placeholder file is still in the data directory");
}

async function systemIdentifier({ names, ports: { clusters } }: RunContext) {
  const cluster = await clusters.look(names.volumeCluster);
  return cluster?.control?.systemIdentifier;
}

async function tombstoneAt({ plan, ports: { files } }: RunContext) {
  const place = tombstonePlace(plan);
  if (place === undefined) return undefined;
  const path = join(plan.volume.path, place, "PG_VERSION");
  const text = await files.readText(path);
  return text?.trim() === tombstoneText(plan).trim() ? path : undefined;
}

/** The old tag can no longer start there: the configuration names the new one. */
async function removeTombstone(context: RunContext) {
  const path = await tombstoneAt(context);
  if (path !== undefined) await context.ports.files.remove(path);
}

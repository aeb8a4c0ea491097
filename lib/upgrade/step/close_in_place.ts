import { describeStep } from "../step_text.ts";
import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
import { noteContainer } from "../service/container_record.ts";
import { requireNobody } from "../service/in_use.ts";
import { clearJob, hasJob } from "../../job/control.ts";
import { stopCommand } from "../service/supervisor.ts";
import { forgetOrder, keepOldOrder } from "../service/order.ts";
import { isOpenAsFound, openAsFound } from "../service/unserved.ts";
import {
  closeUnit,
  requireRoomToStop,
  serviceState,
} from "../service/service.ts";
import { requireCleanStop } from "./close.ts";
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
 * Stops the database cleanly for a minor upgrade. The volume stays where it
 * is: both versions read the same files, so whichever of them starts there
 * serves the same rows.
 */
export function closeInPlace({ plan }: PlannedRun): Step {
  return {
    id: "close",
    ...describeStep("close", plan),
    commands: [stopCommand(plan)],
    look,
    async apply(context) {
      await requireRoomToStop(context);
      await noteContainer(context);
      await closeUnit(context);
      await requireNobody(context, plan.volume.path);
      // What is not at rest is recovered by its own version, which starts next,
      // or is at work there in a job.
      if (plan.unserved !== undefined || isBegun(context.state, "reindex")) {
        return;
      }
      await requireCleanStop(context);
    },
    async undo(context) {
      await clearJob(context, "close");
      await keepOldOrder(context);
      await openAsFound(context);
      await forgetOrder(context);
    },
    async evidence(context) {
      const control = await controlOf(context);
      return {
        inode: plan.volume.inode,
        systemIdentifier: control?.systemIdentifier ?? "",
        checkpoint: control?.checkpoint ?? "",
      };
    },
  };
}

async function look(context: Context): Promise<Observation> {
  const { names, plan, ports, state } = context;
  const { volume } = names;
  const inode = (await ports.files.look(volume))?.inode;
  if (inode !== plan.volume.inode) {
    return unexpected(
      `"${volume}" is ${inode === undefined ? "not there" : `inode ${inode}`}`,
      `the volume (inode ${plan.volume.inode}) at "${volume}"`,
    );
  }
  if (isPending(state.steps.close)) return absent("the service is in place");
  if (isBegun(state, "switch") || isBegun(state, "start")) {
    return complete("the data are where they were");
  }
  if (state.direction === "down") {
    const open = !await hasJob(context, "close") &&
      !await hasJob(context, "reindex") &&
      await isOpenAsFound(context);
    return open ? absent("the service is in place") : partial("not yet open");
  }
  const { blocked, stopped } = await serviceState(context);
  if (!blocked || !stopped) {
    return partial(`${plan.unit} is not blocked or not stopped`);
  }
  // A server of our own may be at work there.
  if (isBegun(state, "reindex")) return complete("the service is stopped");
  if (await hasJob(context, "close")) {
    return partial("the job that repairs the cluster is not yet cleared");
  }
  const control = await controlOf(context);
  if (plan.unserved !== undefined && control !== undefined) {
    return complete("the service is stopped, and nobody is at its data");
  }
  return control?.state === "shut down"
    ? complete("the service is stopped, its data are at rest")
    : partial(`the cluster is "${control?.state ?? "unreadable"}"`);
}

async function controlOf({ names, ports: { clusters } }: RunContext) {
  return (await clusters.look(names.volumeCluster))?.control;
}

import type { Plan } from "../../../journal/plan.ts";
import { describeStep } from "../step_text.ts";
import { noteContainer } from "../service/container_record.ts";
import { requireNobody } from "../service/in_use.ts";
import { clearJob, hasJob } from "../../job/control.ts";
import { stopCommand } from "../service/supervisor.ts";
import { namesOf } from "../../run/paths.ts";
import { isAsFound, letFail } from "../service/unserved.ts";
import {
  closeUnit,
  isOpen,
  openUnit,
  requireRoomToStop,
  serviceState,
} from "../service/service.ts";
import { requireCleanStop } from "./close.ts";
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
 * Stops the database cleanly for a minor upgrade. The volume stays where it
 * is: both versions read the same files, so whichever of them starts there
 * serves the same rows.
 */
export function closeInPlace(plan: Plan): Step {
  const { volume } = namesOf(plan);
  return {
    id: "close",
    ...describeStep("close", plan),
    commands: [stopCommand(plan)],
    look: (context) => look(plan, context),
    async apply(context) {
      const { ports } = context;
      await requireRoomToStop(plan, ports);
      await noteContainer(plan, ports);
      await closeUnit(plan, ports);
      await requireNobody(plan, ports, volume);
      // What is not at rest is recovered by its own version, which starts next.
      if (plan.unserved === undefined) await requireCleanStop(plan, context);
    },
    async undo({ ports }) {
      await clearJob(plan, ports, "close");
      await (plan.unserved === undefined
        ? openUnit(plan, ports, plan.from)
        : letFail(plan, ports));
    },
    async evidence({ ports }) {
      const control = await controlOf(plan, ports);
      return {
        inode: plan.volume.inode,
        systemIdentifier: control?.systemIdentifier ?? "",
        checkpoint: control?.checkpoint ?? "",
      };
    },
  };
}

async function look(
  plan: Plan,
  { state, ports }: Context,
): Promise<Observation> {
  const { volume } = namesOf(plan);
  const inode = (await ports.files.look(volume))?.inode;
  if (inode !== plan.volume.inode) {
    return unexpected(
      `"${volume}" is ${inode === undefined ? "not there" : `inode ${inode}`}`,
      `the volume (inode ${plan.volume.inode}) at "${volume}"`,
    );
  }
  if (isPending(state.steps.close)) return absent("the service is in place");
  if (isBegun(state, "switch")) return complete("the data are where they were");
  if (state.direction === "down") {
    const open = !await hasJob(plan, ports, "close") &&
      await (plan.unserved === undefined
        ? isOpen(plan, ports, plan.from)
        : isAsFound(plan, ports));
    return open ? absent("the service is in place") : partial("not yet open");
  }
  const { blocked, stopped } = await serviceState(plan, ports);
  if (!blocked || !stopped) {
    return partial(`${plan.unit} is not blocked or not stopped`);
  }
  if (await hasJob(plan, ports, "close")) {
    return partial("the job that repairs the cluster is not yet cleared");
  }
  const control = await controlOf(plan, ports);
  if (plan.unserved !== undefined && control !== undefined) {
    return complete("the service is stopped, and nobody is at its data");
  }
  return control?.state === "shut down"
    ? complete("the service is stopped, its data are at rest")
    : partial(`the cluster is "${control?.state ?? "not to be read"}"`);
}

async function controlOf(plan: Plan, { clusters }: Context["ports"]) {
  return (await clusters.look(namesOf(plan).volumeCluster))?.control;
}

import type { Evidence } from "../../../journal/fact.ts";
import type { Plan } from "../../../journal/plan.ts";
import { describeStep } from "../step_text.ts";
import { noteContainer } from "../service/container_record.ts";
import { describeStrangers, requireNobody } from "../service/in_use.ts";
import {
  clearJob,
  hasJob,
  type Job,
  startJob,
  waitForJob,
} from "../../job/control.ts";
import { stopCommand } from "../service/supervisor.ts";
import { namesOf } from "../../run/paths.ts";
import { isPlaceholder, makePlaceholder } from "../service/placeholder.ts";
import type { Ports } from "../../port/ports.ts";
import {
  closeUnit,
  isOpen,
  openUnit,
  requireRoomToStop,
  serviceState,
} from "../service/service.ts";
import { tellUnlogged } from "../service/unlogged.ts";
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
 * Stops the database cleanly and puts the placeholder in its volume's place. The
 * exchange is one system call, so the volume's path is at no instant missing,
 * empty or stale; from there on nothing that starts can serve or initialise
 * anything there.
 */
export function close(plan: Plan): Step {
  const names = namesOf(plan);
  return {
    id: "close",
    ...describeStep("close", plan),
    commands: [
      stopCommand(plan),
      `mv --exchange ${names.volume} ${names.backup}`,
    ],
    look: (context) => look(plan, context),
    async apply(context) {
      const { ports } = context;
      await requireRoomToStop(plan, ports);
      await noteContainer(plan, ports);
      await closeUnit(plan, ports);
      if (await inodeOf(ports, names.backup) === plan.volume.inode) return;
      await requireNobody(plan, ports, names.volume);
      await requireCleanStop(plan, context);
      if (!await isPlaceholder(plan, ports, names.backup)) {
        await ports.files.rename(
          await makePlaceholder(plan, ports),
          names.backup,
        );
      }
      await ports.files.exchange(names.volume, names.backup);
    },
    async undo(context) {
      const { ports } = context;
      const { files } = ports;
      await clearJob(plan, ports, "close");
      if (await inodeOf(ports, names.backup) === plan.volume.inode) {
        await requireNobody(plan, ports, names.backup);
        await files.exchange(names.volume, names.backup);
      }
      if (await isPlaceholder(plan, ports, names.backup)) {
        await files.rename(names.backup, names.placeholder);
      }
      await files.remove(names.placeholder);
      await openUnit(plan, ports, plan.from);
    },
    evidence: ({ ports }) => oldEvidence(plan, ports, plan.volume.inode),
  };
}

/** What the old cluster is that was put aside, and by what it is known there. */
export async function oldEvidence(
  plan: Plan,
  { clusters }: Ports,
  inode: string,
): Promise<Evidence> {
  const { backupCluster } = namesOf(plan);
  const cluster = await clusters.look(backupCluster);
  return {
    inode,
    systemIdentifier: cluster?.control?.systemIdentifier ?? "",
    state: cluster?.control?.state ?? "",
    checkpoint: cluster?.control?.checkpoint ?? "",
    nextXid: cluster?.control?.nextXid ?? "",
    control: cluster?.control?.sha256 ?? "",
    configuration: await clusters.configuration(backupCluster),
  };
}

async function look(
  plan: Plan,
  { state, ports }: Context,
): Promise<Observation> {
  const names = namesOf(plan);
  const status = state.steps.close;
  const volume = await inodeOf(ports, names.volume);
  const backup = await inodeOf(ports, names.backup);
  if (volume === plan.volume.inode) {
    if (isPending(status)) return absent("the service is in place");
    const isClosed = await isPlaceholder(plan, ports, names.backup) ||
      await ports.files.look(names.placeholder) !== undefined;
    const open = !isClosed && !await hasJob(plan, ports, "close") &&
      await isOpen(plan, ports, plan.from);
    if (status.status === "done") {
      return unexpected(
        `the old volume (inode ${plan.volume.inode}) is back at "${names.volume}"`,
        `it at "${names.backup}"`,
      );
    }
    return open ? absent("the service is in place") : partial("not yet closed");
  }
  if (backup !== plan.volume.inode) {
    return unexpected(
      `"${names.backup}" is ${describe(backup)} and "${names.volume}" is ${
        describe(volume)
      }`,
      `the old volume (inode ${plan.volume.inode}) at "${names.backup}"`,
    );
  }
  if (
    !isBegun(state, "swap") && !await isPlaceholder(plan, ports, names.volume)
  ) {
    return unexpected(
      `"${names.volume}" is not the placeholder`,
      `the placeholder of run ${plan.run} there`,
    );
  }
  const strangers = await describeStrangers(plan, ports, names.backup);
  if (strangers !== undefined) {
    return unexpected(
      strangers,
      "nobody at work on the old data: stop it first",
    );
  }
  if (isBegun(state, "switch")) return complete("the old data are put aside");
  const { blocked, stopped } = await serviceState(plan, ports);
  return blocked && stopped
    ? complete("the service is stopped, its data are put aside")
    : partial(`${plan.unit} is not blocked or not stopped`);
}

async function inodeOf({ files }: Ports, path: string) {
  return (await files.look(path))?.inode;
}

function describe(inode: string | undefined): string {
  return inode === undefined ? "not there" : `inode ${inode}`;
}

/**
 * A server that was killed is repaired by a private start and a clean stop, since
 * what is put aside must be a cluster at rest.
 */
export async function requireCleanStop(plan: Plan, { ports, state }: Context) {
  const path = `${plan.volume.path}/${plan.from.cluster}`;
  const before = await ports.clusters.look(path);
  if (before?.control?.state === "shut down") {
    // An earlier attempt may have repaired it and died over its tidying up.
    if (await hasJob(plan, ports, "close")) {
      await clearJob(plan, ports, "close");
    }
    return;
  }
  if (before?.control === undefined) {
    throw new Error(`Cannot read the cluster in "${path}"`);
  }
  await tellUnlogged(plan, ports);
  ports.host.say(
    `The database was not shut down cleanly (it is "${before.control.state}"): a private start and stop repairs that`,
  );
  const job: Job = {
    step: "close",
    attempt: state.steps.close.attempt,
    parts: [{
      part: "",
      script: "mend",
      image: namesOf(plan).tag("from"),
      env: { PGDATA: plan.from.pgdata, PGLADDER_MOUNT: plan.from.inner },
      mounts: [{ source: plan.volume.path, mountPath: plan.from.inner }],
    }],
  };
  await clearJob(plan, ports, "close");
  await startJob(plan, ports, job);
  await waitForJob(plan, ports, job);
  await clearJob(plan, ports, "close");
  const after = await ports.clusters.look(path);
  if (after?.control?.state !== "shut down") {
    throw new Error(
      `The cluster is "${after?.control?.state}" after its clean stop`,
    );
  }
}

import type { Evidence } from "../../../journal/fact.ts";
import { asksFirst } from "../../../journal/plan.ts";
import { describeStep } from "../step_text.ts";
import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
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
import { isPlaceholder, makePlaceholder } from "../service/placeholder.ts";
import type { Ports } from "../../port/ports.ts";
import {
  closeUnit,
  requireRoomToStop,
  serviceState,
} from "../service/service.ts";
import { isOpenAsFound, openAsFound } from "../service/unserved.ts";
import { tellUnlogged } from "../service/unlogged.ts";
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
 * Stops the database cleanly and puts the placeholder in its volume's place. Where
 * another cluster is upgraded than the one that is mounted, that goes aside. The
 * exchange is one system call, so the volume's path is at no instant missing,
 * empty or stale; from there on nothing that starts can serve or initialise
 * anything there.
 */
export function close(run: PlannedRun): Step {
  const { names, plan } = run;
  return {
    id: "close",
    ...describeStep("close", plan),
    commands: [
      stopCommand(plan),
      `mv --exchange ${names.volume} ${names.backup}`,
    ],
    look,
    async apply(context) {
      const { ports } = context;
      await requireRoomToStop(context);
      await noteContainer(context);
      await closeUnit(context);
      if (await inodeOf(ports, names.backup) === plan.volume.inode) return;
      await requireNobody(context, names.volume);
      // Nothing is changed before its own version could be asked.
      if (!asksFirst(plan)) await requireCleanStop(context);
      if (!await isPlaceholder(context, names.backup)) {
        await ports.files.rename(
          await makePlaceholder(context),
          names.backup,
        );
      }
      await ports.files.exchange(names.volume, names.backup);
    },
    async undo(context) {
      const { ports } = context;
      const { files } = ports;
      await clearJob(context, "close");
      if (await inodeOf(ports, names.backup) === plan.volume.inode) {
        await requireNobody(context, names.backup);
        await files.exchange(names.volume, names.backup);
      }
      if (await isPlaceholder(context, names.backup)) {
        await files.rename(names.backup, names.placeholder);
      }
      await files.remove(names.placeholder);
      await openAsFound(context);
    },
    evidence: (context) => oldEvidence(context, plan.volume.inode),
  };
}

/** What the old cluster is that was put aside, and by what it is known there. */
export async function oldEvidence(
  { names, ports: { clusters } }: RunContext,
  inode: string,
): Promise<Evidence> {
  const { sourceCluster } = names;
  const cluster = await clusters.look(sourceCluster);
  return {
    inode,
    systemIdentifier: cluster?.control?.systemIdentifier ?? "",
    state: cluster?.control?.state ?? "",
    checkpoint: cluster?.control?.checkpoint ?? "",
    nextXid: cluster?.control?.nextXid ?? "",
    control: cluster?.control?.sha256 ?? "",
    configuration: await clusters.configuration(sourceCluster),
  };
}

async function look(context: Context): Promise<Observation> {
  const { names, plan, ports, state } = context;
  const status = state.steps.close;
  const volume = await inodeOf(ports, names.volume);
  const backup = await inodeOf(ports, names.backup);
  if (volume === plan.volume.inode) {
    if (isPending(status)) return absent("the service is in place");
    const isClosed = await isPlaceholder(context, names.backup) ||
      await ports.files.look(names.placeholder) !== undefined;
    const open = !isClosed && !await hasJob(context, "close") &&
      await isOpenAsFound(context);
    if (status.status === "done") {
      return unexpected(
        `the old volume (inode ${plan.volume.inode}) is back at "${names.volume}"`,
        `the old volume at "${names.backup}"`,
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
    !isBegun(state, "swap") && !await isPlaceholder(context, names.volume)
  ) {
    return unexpected(
      `"${names.volume}" is not the placeholder`,
      `the placeholder of run ${plan.run} there`,
    );
  }
  const strangers = await describeStrangers(context, names.backup);
  if (strangers !== undefined) {
    return unexpected(
      strangers,
      "no other process on the old data; stop it first",
    );
  }
  const other = await otherThanLost(context);
  if (other !== undefined) return other;
  if (isBegun(state, "switch")) return complete("the old data are put aside");
  const { blocked, stopped } = await serviceState(context);
  return blocked && stopped
    ? complete("the service is stopped, its data are put aside")
    : partial(`${plan.unit} is not blocked or not stopped`);
}

/** What is read must be there, and nobody's, as long as it counts. */
async function otherThanLost(
  context: Context,
): Promise<Observation | undefined> {
  const { names: { source }, plan: { lost }, ports, state } = context;
  const isOver = state.direction === "down" || isBegun(state, "start");
  if (lost === undefined || isOver) return undefined;
  const found = await inodeOf(ports, source);
  const seen = found === lost.inode
    ? await describeStrangers(context, source)
    : `"${source}" is ${describe(found)}`;
  return seen === undefined
    ? undefined
    : unexpected(seen, `the lost cluster (inode ${lost.inode}), at rest`);
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
export async function requireCleanStop(context: Context) {
  const { names, plan, ports, state } = context;
  const path = `${plan.volume.path}/${plan.from.cluster}`;
  const before = await ports.clusters.look(path);
  if (before?.control?.state === "shut down") {
    // An earlier attempt may have repaired it and died over its tidying up.
    if (await hasJob(context, "close")) {
      await clearJob(context, "close");
    }
    return;
  }
  if (before?.control === undefined) {
    throw new Error(`Cannot read the cluster in "${path}"`);
  }
  await tellUnlogged(context);
  ports.host.say(
    `The database was not shut down cleanly (it is "${before.control.state}"): a private start and stop repairs that`,
  );
  const job: Job = {
    step: "close",
    attempt: state.steps.close.attempt,
    parts: [{
      part: "",
      script: "mend",
      image: names.tag("from"),
      env: { PGDATA: plan.from.pgdata, PGLADDER_MOUNT: plan.from.inner },
      mounts: [{ source: plan.volume.path, mountPath: plan.from.inner }],
    }],
  };
  await clearJob(context, "close");
  await startJob(context, job);
  await waitForJob(context, job);
  await clearJob(context, "close");
  const after = await ports.clusters.look(path);
  if (after?.control?.state !== "shut down") {
    throw new Error(
      `The cluster is "${after?.control?.state}" after its clean stop`,
    );
  }
}

import type { Context, PlannedRun } from "../../run/context.ts";
import { join } from "@std/path";
import { describeStep } from "../step_text.ts";
import { compareFingerprints } from "../../compare/compare.ts";
import {
  comparedOf,
  measurementsEvidence,
  noteCompared,
} from "../../job/measurements.ts";
import { learned } from "../service/answers.ts";
import { requireNobody } from "../service/in_use.ts";
import {
  clearJob,
  isOver,
  removeEnded,
  resultsOf,
  startJob,
  stateOf,
  waitForJob,
} from "../../job/control.ts";
import { methodFor } from "../method/choose.ts";
import type { Method } from "../method/method.ts";
import type { Ports } from "../../port/ports.ts";
import {
  absent,
  complete,
  isBegun,
  isPending,
  type Observation,
  partial,
  running,
  type Step,
  unexpected,
} from "../contract.ts";

/** How many differences an error names; all of them stand in a file. */
const DIFFERENCES_SHOWN = 5;

/** A line for each object: of a great many it is longer than any other file. */
const WHOLE = { most: 400 * 1024 * 1024 };

/**
 * Builds the new cluster beside the old one, under a name that means "not
 * ready": it takes its final name only after it was compared with the old one,
 * stopped cleanly and synced.
 */
export function build(run: PlannedRun): Step {
  const { names, plan } = run;
  const method = methodFor(run);
  return {
    id: "build",
    ...describeStep("build", plan),
    commands: method.commands,
    look: (context) => look(context, method),
    apply: (context) => apply(context, method),
    finish: (context) => finish(context, method),
    undo,
    async evidence(context) {
      const { ports, state } = context;
      const staging = await ports.files.look(names.newInStaging);
      const { control } = await ports.clusters.look(names.stagingCluster) ?? {};
      return {
        inode: staging?.inode ?? "",
        attempt: String(state.steps.build.attempt),
        dump: String(state.steps.dump.attempt),
        control: control?.sha256 ?? "",
        checkpoint: control?.checkpoint ?? "",
        nextXid: control?.nextXid ?? "",
        systemIdentifier: control?.systemIdentifier ?? "",
        ...await measurementsEvidence(
          context,
          "build",
          state.steps.build.attempt,
        ),
      };
    },
  };
}

async function look(context: Context, method: Method): Promise<Observation> {
  const { names, ports, state } = context;
  const status = state.steps.build;
  const job = method.job(context);
  if (status.status === "done") return lookAgain(context, method);
  const staging = await ports.files.look(names.staging);
  if (staging !== undefined && !isPending(status)) {
    const result = (await resultsOf(context, job)).get(method.script);
    const control = await controlOf(ports, names.stagingCluster);
    if (result?.ok !== true || control !== result.control_sha256) {
      return partial(`"${names.staging}" is not what its job left`);
    }
    const outdated = await method.outdated(context);
    if (outdated !== undefined) return partial(outdated);
    return await ports.files.look(fingerprintOf(context)) === undefined
      ? complete("the new cluster is built and compared")
      : running("the new cluster is built and compared");
  }
  if (status.attempt > 0) {
    const now = await stateOf(context, job);
    if (!isOver(status, now)) return running("the build's job is at work");
    if (await ports.files.look(names.stagingPartial) !== undefined) {
      return partial(now.state === "dead" ? now.why : status.message);
    }
  }
  for (const path of [names.staging, names.stagingPartial]) {
    if (await ports.files.look(path) !== undefined) {
      return partial(`"${path}" is not complete`);
    }
  }
  return absent("there is no new cluster");
}

/** Once it is done, what the journal says of it must still be there. */
async function lookAgain(context: Context, method: Method) {
  const { names, ports, state } = context;
  const { inode, control } = state.steps.build.evidence;
  const { newInStaging, newInVolume } = names;
  const inVolume = (await ports.files.look(newInVolume))?.inode === inode;
  const inStaging = (await ports.files.look(newInStaging))?.inode === inode;
  if (!inVolume && !inStaging) {
    return unexpected(
      `the new cluster is neither at "${names.volume}" nor at "${names.staging}"`,
      `inode ${inode}`,
    );
  }
  // Once the new cluster may have taken rows, the old one no longer counts.
  const outdated = isBegun(state, "start")
    ? undefined
    : await method.outdated(context);
  if (outdated !== undefined) {
    return absent(outdated, "the cluster that the new one was made from");
  }
  // Once it stands where servers look for it, it may have taken rows.
  if (isBegun(state, "swap")) return complete("the new cluster is there");
  const now = await controlOf(
    ports,
    inVolume ? names.volumeCluster : names.stagingCluster,
  );
  return now === control
    ? complete("the new cluster is as it was built")
    : absent(
      "a server has run on the new cluster",
      "the new cluster as it was built",
    );
}

async function apply(context: Context, method: Method) {
  const { names, ports: { files } } = context;
  await clearJob(context, "build");
  await files.remove(names.stagingPartial);
  await files.remove(names.staging);
  await requireNobody(context, names.source);
  await method.makeRoom(context);
  await files.remove(names.empty);
  // The image's own user must be able to look into it.
  await files.makeDirectory(names.empty, { uid: 0, gid: 0, mode: 0o755 });
  const notes = await method.notes?.(context);
  await startJob(learned(context), method.job(context), notes);
}

async function finish(context: Context, method: Method) {
  const { names, ports: { files } } = context;
  // Its name says that an earlier life had compared it.
  if (await files.look(names.staging) === undefined) {
    const job = method.job(context);
    await waitForJob(context, job);
    // What it has left is looked at when nobody can change it any more.
    await removeEnded(context, job);
    const outdated = await method.outdated(context);
    if (outdated !== undefined) throw new Error(outdated);
    await requireSame(context, method);
    // Its entrypoint has set the mode again, and with it a mask of ACLs.
    await files.makeAlike(method.made, names.backup);
    await files.syncFileSystem(names.stagingPartial);
    await files.rename(method.made, names.staging);
  }
  for (const path of method.leftovers(context)) await files.remove(path);
  // It has the roles' password hashes, and has been compared.
  await files.remove(fingerprintOf(context));
}

/** What the new cluster holds, as its job wrote it down to be compared. */
function fingerprintOf({ names, state }: Context): string {
  const directory = names.job("build", state.steps.build.attempt);
  return join(directory, "fingerprint");
}

async function requireSame(context: Context, method: Method) {
  const { names, ports, state } = context;
  const directory = names.job("build", state.steps.build.attempt);
  const old = method.oldFingerprint(context);
  const fresh = fingerprintOf(context);
  const differences = await compareFingerprints(
    (name) => ports.files.readText(join(old, name), WHOLE),
    (name) => ports.files.readText(join(fresh, name), WHOLE),
    method.verify,
  );
  if (differences.length === 0) {
    const compared = await comparedOf(
      (name) => ports.files.readText(join(fresh, name), WHOLE),
      method.verify,
    );
    return await noteCompared(directory, compared, ports.files);
  }
  const report = join(directory, "differences.json");
  await ports.files.writeText(report, JSON.stringify(differences, null, 2));
  const shown = differences.slice(0, DIFFERENCES_SHOWN).map((difference) =>
    `${difference.object}: was ${difference.old ?? "not there"}, is ${
      difference.new ?? "not there"
    }`
  );
  throw new Error(
    `The new cluster differs from the old one in ${differences.length} places: ${
      shown.join("; ")
    } (all of them: ${report})`,
  );
}

async function undo(context: Context) {
  const { names, ports, state } = context;
  const { files } = ports;
  await clearJob(context, "build");
  await files.remove(names.stagingPartial);
  await files.remove(names.empty);
  const control = await controlOf(ports, names.stagingCluster);
  const handedOver = state.steps.build.evidence.control;
  // It may hold rows that stand nowhere else, so it is kept.
  if (
    control !== undefined && handedOver !== undefined && control !== handedOver
  ) {
    await files.rename(names.staging, names.aborted);
  }
  await files.remove(names.staging);
}

async function controlOf({ clusters }: Ports, path: string) {
  return (await clusters.look(path))?.control?.sha256;
}

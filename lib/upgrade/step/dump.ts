import { basename, join } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import { describeStep } from "../step_text.ts";
import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
import { measurementsEvidence } from "../../job/measurements.ts";
import { learned } from "../service/answers.ts";
import { requireNobody } from "../service/in_use.ts";
import {
  clearJob,
  isOver,
  type Job,
  removeEnded,
  startJob,
  stateOf,
  waitForJob,
} from "../../job/control.ts";
import { serverUserOf } from "../../run/paths.ts";
import {
  isSameSource,
  readSourceFingerprint,
  sourceFingerprintOf,
} from "../service/source_fingerprint.ts";
import {
  absent,
  complete,
  isBegun,
  isPending,
  type Observation,
  partial,
  running,
  type Step,
} from "../contract.ts";

/**
 * Dumps the old cluster from a private server. The dump counts only as long as
 * the old cluster is what it was when the job's own server had stopped: its
 * source fingerprint says so, and is written before the dump takes its final name.
 */
export function dump(run: PlannedRun): Step {
  const { names, plan } = run;
  return {
    id: "dump",
    ...describeStep("dump", plan),
    commands: [
      ...(plan.volume.reflink
        ? [`cp -a --reflink=always ${names.source} ${names.clone}`]
        : []),
      `pg_dumpall --globals-only > ${names.dump}/globals.sql`,
      `pg_dump -Fd -j ${plan.jobs} -f ${names.dump}/db-OID   # for every database`,
      `pg_restore -f /dev/null ${names.dump}/db-OID`,
    ],
    look,
    apply,
    finish,
    undo: clearAll,
    async evidence(context) {
      const fingerprint = await readSourceFingerprint(
        context,
        names.sourceFingerprint,
      );
      return {
        attempt: String(fingerprint?.attempt),
        control: fingerprint?.control ?? "",
        configuration: fingerprint?.configuration ?? "",
        ...await measurementsEvidence(
          context,
          "dump",
          Number(fingerprint?.attempt ?? 0),
        ),
      };
    },
  };
}

/** The new server's user is to read the dump, and is another one. */
function isShared(plan: Plan): boolean {
  return serverUserOf(plan, "from").uid !== serverUserOf(plan, "to").uid;
}

function jobOf({ names, plan, state }: Context): Job {
  const { reflink } = plan.volume;
  const cloned = {
    PGLADDER_CLONE: reflink ? "1" : "",
    PGLADDER_SHARED: isShared(plan) ? "1" : "",
  };
  const dumpMount = { source: names.dumpPartial, mountPath: "/dump" };
  return {
    step: "dump",
    attempt: state.steps.dump.attempt,
    parts: [{
      part: "server",
      script: "dump_server",
      image: names.tag("from"),
      env: {
        PGDATA: plan.from.pgdata,
        PGLADDER_MOUNT: plan.from.inner,
        ...cloned,
      },
      mounts: [
        ...(reflink
          ? [
            {
              source: names.source,
              mountPath: "/pgladder-old",
              readOnly: true,
            },
            { source: names.clone, mountPath: plan.from.inner },
          ]
          : [{ source: names.source, mountPath: plan.from.inner }]),
        dumpMount,
      ],
      ...(reflink ? { copies: true } : {}),
    }, {
      part: "",
      script: "dump_worker",
      image: names.tag("to"),
      env: cloned,
      mounts: [dumpMount],
    }],
  };
}

async function look(context: Context): Promise<Observation> {
  const { names, ports, state } = context;
  const status = state.steps.dump;
  if (status.status === "done") return lookAgain(context);
  const fingerprint = await readSourceFingerprint(
    context,
    names.sourceFingerprint,
  );
  if (fingerprint !== undefined && !isPending(status)) {
    const now = await sourceFingerprintOf(context, fingerprint.attempt);
    if (!isSameSource(fingerprint, now)) {
      return partial(`the old cluster in "${names.source}" has changed since`);
    }
    return await isReadable(context)
      ? complete("the dump is complete")
      : partial(unreadable(context));
  }
  const job = await stateOf(context, jobOf(context));
  if (status.attempt > 0 && !isOver(status, job)) {
    return running("the dump's job is at work");
  }
  for (const path of [names.dump, names.dumpPartial, names.clone]) {
    if (await ports.files.look(path) !== undefined) {
      return partial(
        job.state === "dead" ? job.why : `"${path}" is not complete`,
      );
    }
  }
  return absent("there is no dump");
}

/** Once it is done, the old cluster must be what the dump was made from. */
async function lookAgain(context: Context) {
  const { names, state } = context;
  // Once the new cluster may have taken rows, the old one no longer counts.
  if (isBegun(state, "start")) return complete("the dump is needed no more");
  const { attempt, configuration, control } = state.steps.dump.evidence;
  const now = await sourceFingerprintOf(context, Number(attempt));
  if (now.control !== control || now.configuration !== configuration) {
    return absent(
      `the old cluster in "${names.source}" has changed since`,
      "the cluster that the dump was made from",
    );
  }
  const fingerprint = await readSourceFingerprint(
    context,
    names.sourceFingerprint,
  );
  if (fingerprint !== undefined && isSameSource(fingerprint, now)) {
    return state.steps.build.status === "done" || await isReadable(context)
      ? complete("the dump is complete")
      : absent(unreadable(context), "a dump of the data's owner");
  }
  return state.steps.build.status === "done"
    ? complete("the dump is needed no more")
    : absent(`"${names.dump}" is not the dump that was made`, "that dump");
}

const unreadable = ({ names }: Context) =>
  `the build's user cannot read "${names.dump}": an earlier release made it as root`;

/** Jobs of release 0.1.0 ran as root, and those that read it do no longer. */
async function isReadable({ names, plan, ports: { files } }: RunContext) {
  const { uid } = serverUserOf(plan, "from");
  const facts = await files.look(names.dump);
  return facts === undefined || facts.owner.uid === uid ||
    (facts.owner.mode & 0o005) === 0o005;
}

async function apply(context: Context) {
  const { names, plan, ports } = context;
  const { files } = ports;
  await clearAll(context);
  await requireNobody(context, names.source);
  await files.makeDirectory(names.dumpPartial, {
    ...serverUserOf(plan, "from"),
    mode: isShared(plan) ? 0o755 : 0o700,
  });
  if (plan.volume.reflink) {
    await files.makeDirectory(names.clone, plan.volume);
    await files.makeAlike(names.clone, names.source);
    // The clone must be of what the fingerprint describes: see finish().
    const fingerprint = await sourceFingerprintOf(
      context,
      context.state.steps.dump.attempt,
    );
    await files.writeText(
      join(names.dumpPartial, "source.json"),
      JSON.stringify(fingerprint),
    );
  }
  await startJob(learned(context), jobOf(context));
}

async function finish(context: Context) {
  const { names, plan, ports, state } = context;
  const { files } = ports;
  const job = jobOf(context);
  const results = await waitForJob(context, job);
  const fingerprint = await sourceFingerprintOf(
    context,
    state.steps.dump.attempt,
  );
  const source = plan.volume.reflink
    ? await readSourceFingerprint(
      context,
      join(names.dumpPartial, "source.json"),
    )
    : {
      ...fingerprint,
      control: results.get("dump_server")?.control_sha256 ?? "",
    };
  if (source === undefined || !isSameSource(source, fingerprint)) {
    throw new Error(
      `The old cluster in "${names.source}" has changed during the dump`,
    );
  }
  await removeEnded(context, job);
  await files.remove(names.clone);
  // The old configuration may hold secrets: it belongs to the dump alone.
  const conf = join(names.job(job.step, job.attempt), "conf");
  const found = await files.look(conf);
  // On another file system it stays where it is.
  if (found !== undefined && !plan.volume.within) {
    // It is mounted later on, which would follow a link out of here.
    if (found.kind !== "directory") {
      throw new Error(
        `"${conf}" is not a directory, so the job did not make it`,
      );
    }
    await files.rename(conf, join(names.dumpPartial, "conf"));
  }
  await files.writeText(
    join(names.dumpPartial, basename(names.sourceFingerprint)),
    JSON.stringify(fingerprint),
  );
  await files.syncFileSystem(names.dumpPartial);
  await files.rename(names.dumpPartial, names.dump);
}

async function clearAll(context: RunContext) {
  const { names, ports } = context;
  await clearJob(context, "dump");
  for (const path of [names.dumpPartial, names.dump, names.clone]) {
    await ports.files.remove(path);
  }
}

import { join } from "@std/path";
import {
  clearJob,
  hasJob,
  isOver,
  type Job,
  JobFailedError,
  resultsOf,
  startJob,
  stateOf,
  waitForJob,
} from "../../job/control.ts";
import type { Plan } from "../../../journal/plan.ts";
import type { Context, PlannedRun } from "../../run/context.ts";
import { evidenceOf, readAnswers } from "../service/answers.ts";
import { requireNobody } from "../service/in_use.ts";
import { sourceFingerprintOf } from "../service/source_fingerprint.ts";
import { describeStep } from "../step_text.ts";
import {
  absent,
  complete,
  isBegun,
  isPending,
  type Observation,
  partial,
  RefusedError,
  running,
  type Step,
} from "../contract.ts";

/** A line for each database, and what stands in each. */
const ANSWERS_MAX = 256 * 1024 * 1024;

/**
 * Asks the old cluster what only a server can tell, where none has served when
 * the plan was made: a private one of its own version on a clone, or on the
 * data themselves. It recovers there what was not shut down. The checks that
 * had to wait are run on what it says; where one refuses, so does the step.
 */
export function ask({ names, plan }: PlannedRun): Step {
  return {
    id: "ask",
    ...describeStep("ask", plan),
    commands: plan.volume.reflink
      ? [`cp -a --reflink=always ${names.source} ${names.clone}`]
      : [],
    look,
    apply,
    finish,
    async undo(context) {
      await clear(context);
      await context.ports.files.remove(names.answers);
    },
    evidence: async (context) => evidenceOf(await readAnswers(context)),
  };
}

function jobOf({ names, plan, state }: Context): Job {
  const { clone, source, tag } = names;
  const { inner, pgdata } = plan.from;
  const { reflink } = plan.volume;
  return {
    step: "ask",
    attempt: state.steps.ask.attempt,
    parts: [{
      part: "",
      script: "ask",
      image: tag("from"),
      env: {
        PGDATA: pgdata,
        PGLADDER_MOUNT: inner,
        PGLADDER_CLONE: reflink ? "1" : "",
      },
      mounts: reflink
        ? [
          { source, mountPath: "/pgladder-old", readOnly: true },
          { source: clone, mountPath: inner },
        ]
        : [{ source, mountPath: inner }],
      ...(reflink ? { copies: true } : {}),
    }],
  };
}

async function look(context: Context): Promise<Observation> {
  const { names, ports, state } = context;
  const status = state.steps.ask;
  if (status.status === "done") return lookAgain(context);
  const answers = isPending(status) ? undefined : await readAnswers(context);
  const left = await hasJob(context, "ask") ||
    await ports.files.look(names.clone) !== undefined;
  if (answers !== undefined) {
    const now = await sourceFingerprintOf(context, answers.attempt);
    if (
      now.control !== answers.control ||
      now.configuration !== answers.configuration
    ) return partial(changed(context));
    return left
      ? running("the old cluster has answered")
      : complete("the old cluster has answered, and no check refuses");
  }
  const job = await stateOf(context, jobOf(context));
  if (status.attempt > 0 && !isOver(status, job)) {
    return running("the old cluster is being asked");
  }
  if (left) {
    return partial(job.state === "dead" ? job.why : status.message);
  }
  return await ports.files.look(names.answers) === undefined
    ? absent("the old cluster was not asked")
    : partial(`"${names.answers}" is not of this run`);
}

const changed = ({ names }: Context) =>
  `the old cluster in "${names.source}" has changed since it answered`;

/** What is made of it afterwards is compared with it anyway. */
async function lookAgain(context: Context) {
  const { state } = context;
  if (isBegun(state, "dump") || isBegun(state, "build")) {
    return complete("the old cluster has answered");
  }
  const { attempt, configuration, control } = state.steps.ask.evidence;
  const now = await sourceFingerprintOf(context, Number(attempt));
  return now.control === control && now.configuration === configuration
    ? complete("the old cluster has answered")
    : absent(changed(context), "the cluster that answered");
}

async function apply(context: Context) {
  const { names, plan, ports } = context;
  await clear(context);
  await ports.files.remove(names.answers);
  await requireNobody(context, names.source);
  if (plan.volume.reflink) {
    await ports.files.makeDirectory(names.clone, plan.volume);
    await ports.files.makeAlike(names.clone, names.source);
  }
  await startJob(context, jobOf(context));
}

async function finish(context: Context) {
  if (await readAnswers(context) === undefined) await takeAnswers(context);
  await clear(context);
}

async function takeAnswers(context: Context) {
  const { judge, names, plan, ports, state } = context;
  const { attempt } = state.steps.ask;
  const result = await resultOf(context, jobOf(context));
  const now = await sourceFingerprintOf(context, attempt);
  const asked = plan.volume.reflink
    ? result?.["source_control_sha256"]
    : result?.control_sha256;
  if (asked !== now.control) throw new Error(changed(context));
  const said = await ports.files.readText(
    join(names.job("ask", attempt), "answers"),
    { most: ANSWERS_MAX },
  );
  if (judge === undefined || said === undefined) {
    throw new Error("Nobody has taken down what the old cluster answered");
  }
  const { learned, notes, refused } = await judge(context, said);
  if (refused.length > 0) {
    throw new RefusedError(refused.join(", "), leftBy(plan));
  }
  for (const note of notes) ports.host.say(`      ${note}`);
  const { configuration, control, run } = now;
  await ports.files.writeText(
    names.answers,
    JSON.stringify({ run, attempt, control, configuration, learned }),
  );
}

/** Going back brings back what was found; what is on the disk a server has had. */
const leftBy = ({ from, volume }: Plan) =>
  volume.reflink
    ? "All is as it was found"
    : `What was found is back; but its file system cannot clone, and PostgreSQL ${from.version} may have recovered the data themselves`;

/**
 * A server that says why it cannot serve the data has refused, too; one that
 * had no room, or did not get so far, has failed.
 */
async function resultOf(context: Context, job: Job) {
  try {
    return (await waitForJob(context, job)).get("ask");
  } catch (cause) {
    const said = (await resultsOf(context, job)).get("ask");
    if (!(cause instanceof JobFailedError) || said?.ok !== false) throw cause;
    if (said.refused !== true) throw cause;
    const { plan } = context;
    const { from, lost, volume } = plan;
    // Where a person finds a file of the data, once all is as it was.
    const place = join(lost?.path ?? volume.path, from.cluster);
    const words = (said.error ?? "").replaceAll(`${from.pgdata}/`, `${place}/`);
    throw new RefusedError(
      `PostgreSQL ${plan.from.version} cannot serve them: ${words}`,
      leftBy(plan),
    );
  }
}

async function clear(context: Context) {
  await clearJob(context, "ask");
  await context.ports.files.remove(context.names.clone);
}

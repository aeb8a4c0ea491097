import { join } from "@std/path";
import type { StepState } from "../../journal/fold.ts";
import type { StepId } from "../../journal/step_id.ts";
import type { RunContext } from "../run/context.ts";
import { assetPath } from "../assets.ts";
import { type JobResult, readResult } from "./result.ts";
import { liveSettings } from "./live_settings.ts";
import {
  COPYING,
  JOBS,
  outsideMount,
  type Script,
  userOf,
  USERS,
  usersMount,
  usersText,
} from "./user.ts";
import { RUN_LABEL, serverUserOf } from "../run/paths.ts";
import type { ContainerJob, JobMount } from "../port/containers.ts";

/**
 * Jobs: containers that do the long work and live on without us. Whether one
 * has succeeded is told by the result file that its own last command wrote,
 * never by an exit code: after a power cut the runtime says "exited 0" of a
 * job that was killed.
 */

const POLL_MS = 100;
/** Asking the runtime costs a process; the result file is looked at first. */
const ALIVE_EVERY = 50;
/** A container that is there after so many removals is a person's to see. */
const REMOVALS_MAX = 3;

/** One container of a job. */
export interface JobPart {
  /** "" for the only or the leading one. */
  readonly part: string;
  /** The script in `lib/job/`, without its ending. */
  readonly script: Script;
  readonly image: string;
  readonly mounts: readonly JobMount[];
  readonly env: Readonly<Record<string, string>>;
  readonly network?: NonNullable<ContainerJob["network"]>;
  /** It begins with a copy of the data, as root, before any server runs. */
  readonly copies?: boolean;
}

/** A step's long work: everything follows from plan, step and attempt. */
export interface Job {
  readonly step: StepId;
  readonly attempt: number;
  readonly parts: readonly JobPart[];
}

export class JobFailedError extends Error {
  override name = "JobFailedError";
}

/** A signal asked us to stop; the jobs go on. */
export class StoppedError extends Error {
  override name = "StoppedError";
  constructor(readonly signal: string) {
    super(`Stopped by ${signal}`);
  }
}

/**
 * Makes the job's directory and starts its containers.
 *
 * @param notes texts for files of the directory, by name
 */
export async function startJob(
  context: RunContext,
  job: Job,
  notes: Readonly<Record<string, string>> = {},
) {
  const { names, plan, ports } = context;
  const directory = await makeJobDirectory(context, job);
  for (const [name, text] of Object.entries(notes)) {
    // Nobody but the job's own user gets into the directory.
    await ports.files.writeText(join(directory, name), text, 0o644);
  }
  // Beside each other, since each start takes its time; none is left on its way when one fails.
  const started = await Promise.allSettled(
    job.parts.map((part) =>
      ports.containers.run({
        name: names.container(job.step, job.attempt, part.part),
        image: part.image,
        program: "bash",
        args: [`/pgladder/${part.script}.sh`],
        env: {
          PGLADDER_RUN: plan.run,
          PGLADDER_ATTEMPT: String(job.attempt),
          PGLADDER_JOBS: String(plan.jobs),
          PGLADDER_SUPERUSER: plan.superuser,
          PGLADDER_VERIFY: plan.verify,
          PGLADDER_MEMORY_MB: String(plan.memoryMb),
          PGLADDER_AS: userOf(plan, JOBS[part.script].as),
          ...part.env,
        },
        mounts: [
          { source: directory, mountPath: "/pgladder" },
          { source: join(directory, "run"), mountPath: "/var/run/postgresql" },
          ...usersMount(plan, directory),
          ...outsideMount(plan, part.script, names.outside),
          ...part.mounts,
        ],
        user: part.copies ? "0:0" : userOf(plan, JOBS[part.script].as),
        capabilities: part.copies ? COPYING : [],
        ...(part.network === undefined ? {} : { network: part.network }),
        labels: { [RUN_LABEL]: plan.run },
        idFile: join(directory, `${part.script}.cid`),
      })
    ),
  );
  for (const it of started) if (it.status === "rejected") throw it.reason;
}

/** Removes the job's own containers, and whatever else the step has left. */
export async function removeEnded(context: RunContext, job: Job) {
  const { names, ports } = context;
  for (const { part } of job.parts) {
    const name = names.container(job.step, job.attempt, part);
    await ports.containers.remove(name);
  }
  await removeContainers(context, job.step);
}

/** Kills the step's containers, then removes what they left in our directory. */
export async function clearJob(context: RunContext, step: StepId) {
  const { names: { jobs }, ports } = context;
  // The containers first, or an orphan would write on under our hands.
  await removeContainers(context, step);
  for (const name of await ports.files.list(jobs) ?? []) {
    if (name.startsWith(`${step}-`)) await ports.files.remove(join(jobs, name));
  }
}

/** Whether a step's job was begun and not yet cleared: its directory goes last. */
export async function hasJob({ names, ports }: RunContext, step: StepId) {
  const jobs = await ports.files.list(names.jobs) ?? [];
  return jobs.some((name) => name.startsWith(`${step}-`));
}

/**
 * Removes the containers of a step's jobs, and looks whether they are gone: a
 * runtime that was disturbed may say so of one that is still there.
 */
export async function removeContainers(context: RunContext, step: StepId) {
  for (let tries = 0; tries < REMOVALS_MAX; tries++) {
    const left = await containersOf(context, step);
    if (left.length === 0) return;
    for (const name of left) await context.ports.containers.remove(name);
  }
  const [left] = await containersOf(context, step);
  if (left === undefined) return;
  throw new Error(`The container "${left}" is still there after its removal`);
}

async function containersOf({ plan, ports }: RunContext, step: StepId) {
  const names = await ports.containers.named(RUN_LABEL, plan.run);
  const prefix = `pgladder-${plan.run}-${step}-`;
  return names.filter((name) => name.startsWith(prefix));
}

/** The job's result so far: each part's, where it has written one. */
export async function resultsOf({ names, plan, ports }: RunContext, job: Job) {
  const directory = names.job(job.step, job.attempt);
  const results = new Map<string, JobResult>();
  for (const { script } of job.parts) {
    const path = join(directory, `${script}.result.json`);
    const result = await readResult(ports, path);
    if (
      result?.run === plan.run && String(result.attempt) === String(job.attempt)
    ) {
      results.set(script, result);
    }
  }
  return results;
}

/**
 * Where the job stands: "ended" when every part has said that it did well,
 * "alive" while all that have not are at work, else "dead".
 */
export async function stateOf(context: RunContext, job: Job) {
  const { names, ports } = context;
  const results = await resultsOf(context, job);
  const failed = job.parts.find(({ script }) =>
    results.get(script)?.ok === false
  );
  if (failed !== undefined) {
    return { state: "dead", why: failureOf(failed, results) } as const;
  }
  const open = job.parts.filter(({ script }) => !results.has(script));
  if (open.length === 0) return { state: "ended", results } as const;
  for (const { part } of open) {
    const name = names.container(job.step, job.attempt, part);
    if (!(await ports.containers.inspect(name))?.running) {
      // It may have ended between our look at its result and at itself.
      const late = await resultsOf(context, job);
      if (late.size > results.size) return stateOf(context, job);
      return {
        state: "dead",
        why: `its container "${name}" is gone without a result`,
      } as const;
    }
  }
  return { state: "alive" } as const;
}

/**
 * Nothing more is to be had of this job: it died, or what it left was looked
 * at and refused, and is to be made again.
 */
export function isOver(
  step: StepState,
  job: { state: "alive" | "ended" | "dead" },
): boolean {
  return job.state === "dead" ||
    (job.state === "ended" && step.status === "failed");
}

function failureOf(part: JobPart, results: ReadonlyMap<string, JobResult>) {
  const result = results.get(part.script);
  const phase = result?.failed_phase ? ` in "${result.failed_phase}"` : "";
  return `the job "${part.script}" failed${phase}: ${
    result?.error ?? "see its log"
  }`;
}

/**
 * Waits for the job's end, as long as it lives.
 *
 * @throws {JobFailedError} it died, or says that it failed
 * @throws {StoppedError} a signal asked us to stop; the job goes on, as it does
 * after whatever `meanwhile` throws, which is called at each look
 */
export async function waitForJob(
  context: RunContext,
  job: Job,
  meanwhile?: () => Promise<void>,
) {
  const { names, ports } = context;
  const directory = names.job(job.step, job.attempt);
  // Whether it lives was just looked at, and asking takes time from it.
  for (let poll = 1;; poll++) {
    if (ports.host.stopAsked) throw new StoppedError(ports.host.stopAsked);
    await meanwhile?.();
    const results = await resultsOf(context, job);
    const settled = results.size === job.parts.length ||
      [...results.values()].some((result) => !result.ok);
    if (settled || poll % ALIVE_EVERY === 0) {
      const now = await stateOf(context, job);
      if (now.state === "ended") return now.results;
      if (now.state === "dead") {
        throw new JobFailedError(`${now.why} (logs: ${directory})`);
      }
    }
    await ports.host.sleep(POLL_MS);
  }
}

async function makeJobDirectory(
  { names, plan, ports: { files } }: RunContext,
  job: Job,
) {
  const directory = names.job(job.step, job.attempt);
  if (await files.look(names.jobs) === undefined) {
    await files.makeDirectory(names.jobs);
  }
  // The job's user makes files there, but takes away and replaces none of pgladder's.
  const [first] = job.parts;
  const { gid } = serverUserOf(plan, JOBS[first?.script ?? "mend"].as);
  const shared = { uid: 0, gid, mode: 0o1770 };
  await files.makeDirectory(directory, shared);
  await files.makeDirectory(join(directory, "run"), shared);
  const texts: Record<string, string> = {};
  texts[USERS] = usersText(plan);
  texts["live.settings"] = liveSettings(plan);
  for (const family of ["job/script", "job/sql"]) {
    const source = assetPath(family);
    for (const name of await files.list(source) ?? []) {
      if (!/\.(sh|sql)$/.test(name)) continue;
      texts[name] = await files.readText(join(source, name)) ?? "";
    }
  }
  await files.writeAll(directory, texts, 0o755);
  return directory;
}

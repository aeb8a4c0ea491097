import type { StepState } from "../../journal/fold.ts";
import type { Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";
import type { PlannedRun } from "../run/context.ts";
import {
  clearJob,
  type Job,
  startJob,
  stateOf,
  waitForJob,
} from "../job/control.ts";
import { serverUserOf } from "../run/paths.ts";
import type { Files } from "../port/files.ts";
import { build } from "../upgrade/step/build.ts";
import { dump } from "../upgrade/step/dump.ts";
import { prepare } from "../upgrade/step/prepare.ts";
import {
  absent,
  complete,
  partial,
  running,
  type Step,
} from "../upgrade/contract.ts";
import type { LiveEndpoint } from "./live_server.ts";
import { placesOf } from "../run/rehearsal_paths.ts";

/**
 * The steps of a rehearsal, under the names of the ladder's own: up to the
 * closed database they are others, which leave the same behind by a copy of the
 * live one; from there on they are the very same.
 */
export function rehearsalLadder(
  run: PlannedRun,
  live: LiveEndpoint,
): readonly Step[] {
  return [
    prepare(run),
    copyLive(run, live),
    closeCopy(run),
    ...(run.plan.method === "dump" ? [dump(run)] : []),
    build(run),
  ];
}

/** The run of a rehearsal: all that it makes lies in a directory of its own. */
export function rehearsalPlan(plan: Plan): Plan {
  const { aborted, backup, path } = placesOf(plan.volume.path);
  const { within, ...volume } = plan.volume;
  return {
    ...plan,
    // A copy is no mount point, and lies where clones are not known to work.
    volume: within ? { ...volume, reflink: false } : volume,
    backup,
    aborted,
    state: { path, inode: "none" },
    writers: [],
    timers: [],
    switch: { kind: "manual" },
  };
}

function copyLive({ names, plan }: PlannedRun, live: LiveEndpoint): Step {
  return jobStep({
    id: "stop-writers",
    title: "Copy the database while it serves",
    job: (attempt) => ({
      step: "stop-writers",
      attempt,
      parts: [{
        part: "",
        script: "base_backup",
        image: names.tag("from"),
        env: {
          PGDATA: plan.from.pgdata,
          PGLADDER_MOUNT: plan.from.inner,
          PGLADDER_LIVE_HOST: live.host,
          PGLADDER_LIVE_PORT: String(live.port),
          PGLADDER_BYTES: String(plan.bytes),
        },
        mounts: [
          { source: names.backup, mountPath: plan.from.inner },
          ...live.mounts,
        ],
        ...(live.network === undefined ? {} : { network: live.network }),
      }],
    }),
    async makeRoom(files) {
      await files.remove(names.backup);
      const owner = serverUserOf(plan, "from");
      await files.makeDirectory(names.backup, { ...plan.volume, ...owner });
      await files.makeAlike(names.backup, plan.volume.path);
    },
    ...(live.password === ""
      ? {}
      : { notes: { passfile: `*:*:*:*:${escaped(live.password)}\n` } }),
  });
}

/** In a password file a colon ends a field. */
function escaped(password: string): string {
  return password.replace(/[\\:]/g, "\\$&");
}

function closeCopy({ names, plan }: PlannedRun): Step {
  return jobStep({
    id: "close",
    title: "Recover the copy and stop it cleanly",
    job: (attempt) => ({
      step: "close",
      attempt,
      parts: [{
        part: "",
        script: "mend",
        image: names.tag("from"),
        env: { PGDATA: plan.from.pgdata, PGLADDER_MOUNT: plan.from.inner },
        mounts: [{ source: names.backup, mountPath: plan.from.inner }],
      }],
    }),
  });
}

interface JobStep {
  readonly id: StepId;
  readonly title: string;
  job(attempt: number): Job;
  makeRoom?(files: Files): Promise<void>;
  readonly notes?: Readonly<Record<string, string>>;
}

/** A step that is one job, and nothing but what that leaves. */
function jobStep({ id, title, job, makeRoom, notes }: JobStep) {
  return {
    id,
    title,
    does: title,
    wayBack: "removes the copy",
    commands: [],
    async look(context) {
      const own: StepState = context.state.steps[id];
      if (own.status === "done") return complete("the copy is there");
      if (own.attempt === 0) return absent("there is no copy");
      const now = await stateOf(context, job(own.attempt));
      if (now.state === "dead") return partial(now.why);
      return now.state === "ended"
        ? complete("its job has ended well")
        : running("its job is at work");
    },
    async apply(context) {
      const { ports, state } = context;
      await makeRoom?.(ports.files);
      await startJob(context, job(state.steps[id].attempt), notes);
    },
    async finish(context) {
      await waitForJob(context, job(context.state.steps[id].attempt));
    },
    undo: (context) => clearJob(context, id),
    evidence: () => Promise.resolve({}),
  } satisfies Step;
}

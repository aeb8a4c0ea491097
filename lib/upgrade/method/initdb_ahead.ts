import type { RunContext } from "../../run/context.ts";
import {
  clearJob,
  hasJob,
  type Job,
  removeEnded,
  startJob,
  waitForJob,
} from "../../job/control.ts";
import { ownerOf } from "../../run/paths.ts";

/**
 * The new cluster, initialised while the service still runs: empty, at rest,
 * on the disk. It spares the downtime an `initdb`; where it is gone
 * the build makes its own.
 */

/** @throws {Error} it cannot be initialised, which is better known now */
export async function initialiseAhead(context: RunContext, attempt: number) {
  const { names, plan, ports } = context;
  const { files } = ports;
  await clearInitialised(context);
  await files.makeDirectory(names.initialisedPartial, ownerOf(plan));
  await files.makeAlike(names.initialisedPartial, names.volume);
  const job = jobOf(context, attempt);
  await startJob(context, job);
  await waitForJob(context, job);
  await removeEnded(context, job);
  await files.rename(names.initialisedPartial, names.initialised);
  await clearJob(context, job.step);
}

function jobOf({ names, plan }: RunContext, attempt: number): Job {
  return {
    step: "prepare",
    attempt,
    parts: [{
      part: "",
      script: "initialise",
      image: names.tag("to"),
      env: {
        PGDATA: plan.to.pgdata,
        PGLADDER_MOUNT: plan.to.inner,
        POSTGRES_INITDB_ARGS: plan.initdbArgs,
        // pg_upgrade brings the old cluster's own count of transactions.
        ...(plan.method === "dump" ? { PGLADDER_NOTE: "1" } : {}),
      },
      mounts: [{ source: names.initialisedPartial, mountPath: plan.to.inner }],
    }],
  };
}

/** Puts it at the path, or an empty directory where there is none. */
export async function takeInitialised(
  { names, plan, ports: { files } }: RunContext,
  path: string,
) {
  const { backup, initialised } = names;
  if (await files.look(initialised) === undefined) {
    await files.makeDirectory(path, ownerOf(plan));
    await files.makeAlike(path, backup);
  } else await files.rename(initialised, path);
}

/** Something of it is at work, or was left behind. */
export async function isBeingInitialised(context: RunContext) {
  const { names, ports } = context;
  const { initialisedPartial } = names;
  return await ports.files.look(initialisedPartial) !== undefined ||
    await hasJob(context, "prepare");
}

/** Removes whatever there is of it. */
export async function clearInitialised(context: RunContext) {
  const { names, ports } = context;
  await clearJob(context, "prepare");
  await ports.files.remove(names.initialisedPartial);
  await ports.files.remove(names.initialised);
}

import type { Plan } from "../../../journal/plan.ts";
import {
  clearJob,
  hasJob,
  type Job,
  removeEnded,
  startJob,
  waitForJob,
} from "../../job/control.ts";
import { namesOf, ownerOf } from "../../run/paths.ts";
import type { Ports } from "../../port/ports.ts";

/**
 * The new cluster, initialised while the service still runs: empty, never
 * started, on the disk. It spares the downtime an `initdb`; where it is gone
 * the build makes its own.
 */

/** @throws {Error} it cannot be initialised, which is better known now */
export async function initialiseAhead(
  plan: Plan,
  ports: Ports,
  attempt: number,
) {
  const { files } = ports;
  const names = namesOf(plan);
  await clearInitialised(plan, ports);
  await files.makeDirectory(names.initialisedPartial, ownerOf(plan));
  await files.makeAlike(names.initialisedPartial, names.volume);
  const job = jobOf(plan, attempt);
  await startJob(plan, ports, job);
  await waitForJob(plan, ports, job);
  await removeEnded(plan, ports, job);
  await files.rename(names.initialisedPartial, names.initialised);
  await clearJob(plan, ports, job.step);
}

function jobOf(plan: Plan, attempt: number): Job {
  const names = namesOf(plan);
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
      },
      mounts: [{ source: names.initialisedPartial, mountPath: plan.to.inner }],
    }],
  };
}

/** Puts it at the path, or an empty directory where there is none. */
export async function takeInitialised(
  plan: Plan,
  { files }: Ports,
  path: string,
) {
  const { backup, initialised } = namesOf(plan);
  if (await files.look(initialised) === undefined) {
    await files.makeDirectory(path, ownerOf(plan));
    await files.makeAlike(path, backup);
  } else await files.rename(initialised, path);
}

/** Something of it is at work, or was left behind. */
export async function isBeingInitialised(plan: Plan, ports: Ports) {
  const { initialisedPartial } = namesOf(plan);
  return await ports.files.look(initialisedPartial) !== undefined ||
    await hasJob(plan, ports, "prepare");
}

/** Removes whatever there is of it. */
export async function clearInitialised(plan: Plan, ports: Ports) {
  const names = namesOf(plan);
  await clearJob(plan, ports, "prepare");
  await ports.files.remove(names.initialisedPartial);
  await ports.files.remove(names.initialised);
}

import { controlOf, positionOf, sumOf } from "./cluster.ts";
import { type FakeDirectory, put } from "./disk.ts";
import { stepAsk } from "./job_ask.ts";
import { stepBaseBackup } from "./job_base_backup.ts";
import { stepBuild, stepInitialise, stepMend } from "./job_build.ts";
import { stepPgUpgrade } from "./job_pg_upgrade.ts";
import { stepReindex } from "./job_reindex.ts";
import { stepDumpServer, stepDumpWorker } from "./job_dump.ts";
import type { FakeContainer } from "./runtime.ts";
import type { Failed } from "./job_fails.ts";
import type { World } from "./world.ts";

/**
 * The job scripts at the level of their contract: what they read, what they
 * leave, in which order, and what of it is on the disk. One phase a tick.
 */
export interface Job {
  readonly kind: "job";
  readonly script: string;
  phase: number;
  /** Ticks that it has waited for another container. */
  waited: number;
  /** The data directory of its private server. */
  data: FakeDirectory | undefined;
}

export const newJob = (script: string): Job => ({
  kind: "job",
  script,
  phase: 0,
  waited: 0,
  data: undefined,
});

export { type Failed, failedBy } from "./job_fails.ts";

/** What one tick of a job may say: go on, wait, or an error's words. */
export type Outcome = "next" | "wait" | Failed;

export interface Work {
  readonly world: World;
  readonly container: FakeContainer;
  readonly job: Job;
  /** The job's directory, `/pgladder` in the container. */
  readonly directory: FakeDirectory;
}

const SCRIPTS: Readonly<Record<string, (work: Work) => Outcome>> = {
  ask: stepAsk,
  "base_backup": stepBaseBackup,
  "dump_server": stepDumpServer,
  "dump_worker": stepDumpWorker,
  build: stepBuild,
  initialise: stepInitialise,
  mend: stepMend,
  "pg_upgrade": stepPgUpgrade,
  reindex: stepReindex,
};

/** One tick of the host. */
export function stepJob(world: World, container: FakeContainer, job: Job) {
  const directory = mountAt(container, "/pgladder");
  const script = SCRIPTS[job.script];
  // Bash finds no script: the container ends without a result.
  if (
    directory === undefined || script === undefined ||
    !directory.entries.has(`${job.script}.sh`)
  ) return world.runtime.kill(container);
  if (world.isStuck(job)) return;
  const sick = world.sickness(job);
  const work = { world, container, job, directory };
  const outcome = sick ?? script(work);
  if (outcome === "next") job.phase += 1;
  if (typeof outcome === "object") {
    writeResult(work, { ok: false, ...outcome });
    world.runtime.kill(container);
  }
}

export function mountAt(
  container: FakeContainer,
  inner: string,
): FakeDirectory | undefined {
  return container.mounts.find((mount) => mount.mountPath === inner)?.node;
}

/** Beside, synced, renamed, directory synced: the job's last act. */
export function writeResult(
  { world, container, job, directory }: Work,
  more: Readonly<Record<string, unknown>>,
) {
  const text = JSON.stringify({
    run: container.env["PGLADDER_RUN"] ?? "",
    attempt: Number(container.env["PGLADDER_ATTEMPT"]),
    "boot_id": world.bootId,
    ...more,
  });
  put(world.disk, directory, `${job.script}.result.json`, text, true);
  directory.onDisk = undefined;
}

/** The result of a job of this very attempt; no other's counts. */
export function resultOf(
  { container, directory }: Work,
  script: string,
): string | undefined {
  const result = directory.entries.get(`${script}.result.json`);
  const text = result?.kind === "file" ? String(result.content) : "";
  const head = JSON.stringify({
    run: container.env["PGLADDER_RUN"] ?? "",
    attempt: Number(container.env["PGLADDER_ATTEMPT"]),
  });
  return text.startsWith(head.slice(0, -1)) ? text : undefined;
}

/** All is done: the result, and the container's end. */
export function finishJob(work: Work, data: FakeDirectory): Outcome {
  const control = controlOf(data);
  // What it leaves beside the result may lie on another file system.
  work.world.disk.sync(`${work.world.beside}.pgladder`);
  writeResult(work, {
    ok: true,
    ...(control === undefined ? {} : {
      "control_sha256": sumOf(control),
      "system_identifier": control.system,
      checkpoint: positionOf(control.checkpoint),
    }),
  });
  work.world.runtime.kill(work.container);
  return "wait";
}

/** `sync -f` of a path on the volume's file system. */
export function syncVolumes(world: World) {
  world.disk.sync(world.volume);
}

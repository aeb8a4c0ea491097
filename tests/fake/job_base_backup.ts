import { copyInto } from "./cluster.ts";
import { finishJob, mountAt, type Outcome, type Work } from "./job.ts";
import { dataOf } from "./job_build.ts";
import { requireCluster } from "./job_dump.ts";

/** base_backup.sh: a copy of what the database's own container serves. */
export function stepBaseBackup(work: Work): Outcome {
  const { container, job, world } = work;
  const place = mountAt(container, container.env["PGLADDER_MOUNT"] ?? "");
  switch (job.phase) {
    case 0: {
      if (place === undefined || place.entries.size > 0) {
        return { error: "The place for the copy is not empty" };
      }
      const live = world.runtime.find(world.container);
      const served = live?.process?.kind === "server"
        ? live.mounts[0]?.node
        : undefined;
      if (served === undefined) return { error: "Nobody answers" };
      copyInto(world.disk, served, place);
      return "next";
    }
    default: {
      const data = dataOf(work);
      return data !== undefined && requireCluster(data)
        ? finishJob(work, data)
        : { error: "There is no cluster" };
    }
  }
}

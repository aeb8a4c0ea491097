import { open, shutDown } from "./cluster.ts";
import { INSIDE, liveFacts } from "./answers.ts";
import { put } from "./disk.ts";
import { type Outcome, syncVolumes, type Work } from "./job.ts";
import {
  dataBelow,
  finishServer,
  makeClone,
  mountOfData,
  requireCluster,
} from "./job_dump.ts";

/** ask.sh. */
export function stepAsk(work: Work): Outcome {
  const { world, container, directory, job } = work;
  const cloned = container.env["PGLADDER_CLONE"] === "1";
  const mount = mountOfData(work);
  const data = dataBelow(work, mount);
  switch (job.phase) {
    case 0:
      return cloned ? makeClone(work, mount) : "next";
    case 1:
      if (data === undefined || !requireCluster(data)) {
        return { error: "There is no cluster" };
      }
      job.data = data;
      world.opened(data, container);
      open(world.disk, data, true);
      return "next";
    case 2: {
      const live = liveFacts(world, container, data);
      if (live === undefined) return { error: "The old server did not start" };
      const found = JSON.stringify({ before: "shut down", unlogged: {} });
      const text = `${[live, "[]", found, INSIDE].join("\n")}\n`;
      put(world.disk, directory, "answers", text, false);
      return "next";
    }
    default:
      if (data === undefined) return { error: "The data are gone" };
      shutDown(world.disk, data, true);
      job.data = undefined;
      syncVolumes(world);
      return finishServer(work, data, cloned ? mount : undefined);
  }
}

import { sortBy } from "./cluster.ts";
import { put } from "./disk.ts";
import { finishJob, type Outcome, syncVolumes, type Work } from "./job.ts";
import { libcOf } from "./libc.ts";
import { dataOf } from "./job_build.ts";
import { requireCluster } from "./job_dump.ts";
import { startServer, stopServer } from "./private_server.ts";

/** reindex.sh: index by index, in the only copy there is. */
export function stepReindex(work: Work): Outcome {
  const { world, container, job } = work;
  const data = dataOf(work);
  if (data === undefined || !requireCluster(data)) {
    return { error: "There is no cluster" };
  }
  switch (job.phase) {
    case 0:
      startServer(work, data, true);
      return "next";
    case 1:
      sortBy(world.disk, data, "none");
      return isAsked(work) ? "wait" : "next";
    case 2:
      sortBy(world.disk, data, libcOf(world, container));
      return "next";
    case 3:
      stopServer(work, data, true);
      syncVolumes(world);
      return "next";
    default:
      return finishJob(work, data);
  }
}

/** Rows are in the way, until a person has typed resume. */
function isAsked({ world, directory, container }: Work): boolean {
  if (!world.duplicates || container.env["PGLADDER_BACK"] !== undefined) {
    return false;
  }
  if (directory.entries.has("answer-1")) {
    world.duplicates = false;
    directory.entries.delete("duplicates.json");
    return false;
  }
  if (!directory.entries.has("duplicates.json")) {
    const indexes = [{
      database: "shop",
      index: "public.customers_name_key",
      table: "public.customers",
      columns: ["name"],
      keys: 1,
      rows: 2,
      shown: [[["Ann"], ["(0,1)", "(0,7)"]]],
    }];
    const question = JSON.stringify({ ask: 1, indexes });
    put(world.disk, directory, "duplicates.json", question, true);
  }
  return true;
}

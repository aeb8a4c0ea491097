import { baseOf, copyInto } from "./cluster.ts";
import { below, drop, type FakeDirectory, put } from "./disk.ts";
import {
  finishJob,
  mountAt,
  type Outcome,
  syncVolumes,
  type Work,
} from "./job.ts";
import {
  dataOf,
  freshCluster,
  layTombstone,
  tryConfiguration,
} from "./job_build.ts";
import { fingerprint, keepConfiguration, requireCluster } from "./job_dump.ts";
import { startServer, stopServer } from "./private_server.ts";

/** pg_upgrade.sh. */

/** The clone's data directory. */
function cloneOf({ container }: Work): FakeDirectory | undefined {
  const place = mountAt(container, "/pgladder-work")?.entries.get("old");
  const data = place &&
    below(place, container.env["PGLADDER_OLD_CLUSTER"] ?? "");
  return data?.kind === "directory" ? data : undefined;
}

export function stepPgUpgrade(work: Work): Outcome {
  const { job, directory } = work;
  const clone = cloneOf(work);
  switch (job.phase) {
    case 0:
      return makeClone(work);
    case 1:
      if (clone === undefined) return { error: "The clone is gone" };
      fingerprint(work, directory, baseOf(clone), "fingerprint-old");
      stopServer(work, clone, false);
      return freshCluster(work) === undefined
        ? { error: "The place is not empty" }
        : "next";
    case 2:
      return takeFiles(work, clone);
    case 3:
      return tryNew(work);
    default:
      return endWith(work);
  }
}

function makeClone(work: Work): Outcome {
  const { world, container } = work;
  const old = mountAt(container, "/pgladder-old");
  const place = mountAt(container, "/pgladder-work")?.entries.get("old");
  if (
    old === undefined || place?.kind !== "directory" || place.entries.size > 0
  ) return { error: "The place for the clone is not empty" };
  copyInto(world.disk, old, place);
  const data = cloneOf(work);
  if (data === undefined || !requireCluster(data)) {
    return { error: "There is no cluster" };
  }
  startServer(work, data, false);
  keepConfiguration(work, data);
  return "next";
}

/** The clone's files become the new cluster's. */
function takeFiles(work: Work, clone: FakeDirectory | undefined): Outcome {
  const { world, container, job } = work;
  const data = dataOf(work);
  const base = clone === undefined ? undefined : baseOf(clone);
  const top = mountAt(container, "/pgladder-work");
  if (base === undefined || data === undefined || top === undefined) {
    return { error: "The clone is gone" };
  }
  const rows = world.losesRows(job) ? [] : base.rows;
  put(world.disk, data, "base", { ...base, rows }, false);
  drop(top, "old");
  return "next";
}

function tryNew(work: Work): Outcome {
  const { directory } = work;
  const data = dataOf(work);
  if (data === undefined) return { error: "The new cluster is gone" };
  startServer(work, data, false);
  tryConfiguration(work, data);
  fingerprint(work, directory, baseOf(data));
  return "next";
}

function endWith(work: Work): Outcome {
  const { world } = work;
  const data = dataOf(work);
  if (data === undefined) return { error: "The new cluster is gone" };
  stopServer(work, data, true);
  if (!layTombstone(work)) return { error: "There is a PG_VERSION" };
  syncVolumes(world);
  return finishJob(work, data);
}

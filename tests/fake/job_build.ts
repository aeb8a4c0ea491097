import {
  baseOf,
  initialise,
  insert,
  isComplete,
  open,
  shutDown,
  versionOf,
} from "./cluster.ts";
import {
  type Base,
  below,
  type FakeDirectory,
  put,
  putDirectory,
} from "./disk.ts";
import {
  finishJob,
  mountAt,
  type Outcome,
  syncVolumes,
  type Work,
} from "./job.ts";
import { fingerprint, requireCluster } from "./job_dump.ts";
import { startServer, stopServer } from "./private_server.ts";

/** build.sh, initialise.sh and mend.sh. */

export function placeOfData(
  work: Work,
): { mount: FakeDirectory; rest: string } | undefined {
  const { env } = work.container;
  const inner = env["PGLADDER_MOUNT"] ?? "";
  const mount = mountAt(work.container, inner);
  return mount === undefined
    ? undefined
    : { mount, rest: (env["PGDATA"] ?? "").slice(inner.length) };
}

export function dataOf(work: Work): FakeDirectory | undefined {
  const place = placeOfData(work);
  const node = place === undefined ? undefined : below(place.mount, place.rest);
  return node?.kind === "directory" ? node : undefined;
}

/** The rows that the dump holds, where it is one. */
function dumped(work: Work): Base | undefined {
  const dump = mountAt(work.container, "/dump");
  if (dump === undefined) return undefined;
  for (const name of ["databases", "globals.sql"]) {
    const file = dump.entries.get(name);
    if (file?.kind !== "file" || file.content === "") return undefined;
  }
  const data = below(dump, "db-16384/1.dat");
  if (data?.kind !== "file" || typeof data.content !== "object") {
    return undefined;
  }
  return "rows" in data.content ? data.content : undefined;
}

export function stepBuild(work: Work): Outcome {
  const { world, job, directory } = work;
  const base = dumped(work);
  if (base === undefined) return { error: "There is no dump in /dump" };
  const data = dataOf(work);
  if (job.phase > 0 && data === undefined) {
    return { error: "The new cluster is gone" };
  }
  const half = Math.ceil(base.rows.length / 2);
  switch (job.phase) {
    case 0:
      return begin(work);
    case 1:
      if (data !== undefined) {
        insert(world.disk, data, base.rows.slice(0, half), false);
      }
      return "next";
    case 2:
      if (data === undefined) return "wait";
      if (!world.losesRows(job)) {
        insert(world.disk, data, base.rows.slice(half), false);
      }
      fingerprint(work, directory, baseOf(data));
      return "next";
    case 3:
      if (data !== undefined) tryConfiguration(work, data);
      return "next";
    default:
      if (data === undefined) return "wait";
      stopServer(work, data, true);
      if (!layTombstone(work)) return { error: "There is a PG_VERSION" };
      syncVolumes(world);
      return finishJob(work, data);
  }
}

/** `initdb` in an empty directory; undefined where it is none. */
function initialiseIn(work: Work): FakeDirectory | undefined {
  const place = placeOfData(work);
  const { world, container } = work;
  if (place === undefined || (dataOf(work)?.entries.size ?? 0) > 0) {
    return undefined;
  }
  let data = place.mount;
  for (const part of place.rest.split("/").filter(Boolean)) {
    data = putDirectory(world.disk, data, part, false);
  }
  initialise(world.disk, data, {
    major: world.runtime.images.get(container.imageId)?.major ?? 0,
    system: world.newSystem(),
    durable: false,
  });
  return data;
}

/** What was initialised ahead, taken only where it was never started. */
export function freshCluster(work: Work): FakeDirectory | undefined {
  const data = dataOf(work);
  return data !== undefined && isComplete(data) &&
      baseOf(data)?.rows.length === 0
    ? data
    : initialiseIn(work);
}

/** initialise.sh */
export function stepInitialise(work: Work): Outcome {
  const { job, world } = work;
  if (job.phase === 0) {
    return initialiseIn(work) === undefined
      ? { error: "The place is not empty" }
      : "next";
  }
  const data = dataOf(work);
  if (data === undefined) return { error: "The new cluster is gone" };
  syncVolumes(world);
  return finishJob(work, data);
}

/** The new cluster's first start; a half-made one stays behind. */
function begin(work: Work): Outcome {
  const data = freshCluster(work);
  if (data === undefined) return { error: "The place is not empty" };
  startServer(work, data, false);
  return "next";
}

/** Stopped, the operator's configuration carried over, started once more. */
export function tryConfiguration(work: Work, data: FakeDirectory) {
  const { disk } = work.world;
  shutDown(disk, data, false);
  const conf = below(work.directory, "conf");
  if (conf?.kind === "directory") {
    for (const [name, file] of conf.entries) {
      if (file.kind === "file") put(disk, data, name, file.content, false);
    }
  }
  open(disk, data, false);
}

export function layTombstone(work: Work): boolean {
  const { env } = work.container;
  const where = env["PGLADDER_TOMBSTONE"];
  const mount = placeOfData(work)?.mount;
  if (where === undefined || mount === undefined) return true;
  const { disk } = work.world;
  let place = mount;
  for (const part of where.split("/").filter((it) => it && it !== ".")) {
    place = putDirectory(disk, place, part, false);
  }
  if (versionOf(place) !== undefined) return false;
  const text = `${env["PGLADDER_TOMBSTONE_TEXT"] ?? ""}\n`;
  put(disk, place, "PG_VERSION", text, false);
  return true;
}

export function stepMend(work: Work): Outcome {
  const { world, job } = work;
  const data = dataOf(work);
  if (data === undefined || !requireCluster(data)) {
    return { error: "There is no cluster" };
  }
  switch (job.phase) {
    case 0:
      startServer(work, data, true);
      return "next";
    case 1:
      stopServer(work, data, true);
      syncVolumes(world);
      return "next";
    default:
      return finishJob(work, data);
  }
}

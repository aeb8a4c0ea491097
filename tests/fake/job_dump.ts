import {
  baseOf,
  controlOf,
  copyInto,
  empty,
  sumOf,
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
  resultOf,
  syncVolumes,
  type Work,
  writeResult,
} from "./job.ts";
import { startServer, stopServer } from "./private_server.ts";

/** dump_server.sh and dump_worker.sh. */

/** The worker gives up a server that made no sign for so many ticks. */
const SILENCE = 12;

function mountOfData({ container }: Work): FakeDirectory | undefined {
  return mountAt(container, container.env["PGLADDER_MOUNT"] ?? "");
}

/** PGDATA below a mount. */
export function dataBelow(
  { container }: Work,
  mount: FakeDirectory | undefined,
): FakeDirectory | undefined {
  const rest = (container.env["PGDATA"] ?? "")
    .slice((container.env["PGLADDER_MOUNT"] ?? "").length);
  const node = mount === undefined ? undefined : below(mount, rest);
  return node?.kind === "directory" ? node : undefined;
}

export function requireCluster(data: FakeDirectory | undefined) {
  return data !== undefined && /^\d+$/.test(versionOf(data) ?? "") &&
    controlOf(data) !== undefined && baseOf(data) !== undefined;
}

export function stepDumpServer(work: Work): Outcome {
  const { world, directory } = work;
  return withOldServer(work, [
    (data) => {
      keepConfiguration(work, data);
      put(world.disk, directory, "ready", "", false);
      return "next";
    },
    () =>
      directory.entries.has("finish") ||
        resultOf(work, "dump_worker") !== undefined
        ? "next"
        : "wait",
  ]);
}

/**
 * The old cluster's own server, on a clone or on the data: cloned, opened, put
 * to use, one a tick, and closed.
 */
export function withOldServer(
  work: Work,
  uses: readonly ((data: FakeDirectory | undefined) => Outcome)[],
): Outcome {
  const { world, container, job } = work;
  const cloned = container.env["PGLADDER_CLONE"] === "1";
  const mount = mountOfData(work);
  const data = dataBelow(work, mount);
  if (job.phase === 0) return cloned ? makeClone(work, mount) : "next";
  if (job.phase === 1) {
    if (data === undefined || !requireCluster(data)) {
      return { error: "There is no cluster" };
    }
    startServer(work, data, true);
    return "next";
  }
  const use = uses[job.phase - 2];
  if (use !== undefined) return use(data);
  if (data === undefined) return { error: "The data are gone" };
  stopServer(work, data, true);
  syncVolumes(world);
  return finishServer(work, data, cloned ? mount : undefined);
}

function makeClone(
  work: Work,
  mount: FakeDirectory | undefined,
): Outcome {
  const old = mountAt(work.container, "/pgladder-old");
  if (old === undefined || mount === undefined || mount.entries.size > 0) {
    return { error: "The place for the clone is not empty" };
  }
  copyInto(work.world.disk, old, mount);
  return "next";
}

function finishServer(
  work: Work,
  data: FakeDirectory,
  clone: FakeDirectory | undefined,
): Outcome {
  const control = controlOf(data);
  const old = mountAt(work.container, "/pgladder-old");
  const source = old === undefined ? undefined : dataBelow(work, old);
  const before = source === undefined ? undefined : controlOf(source);
  if (clone !== undefined) empty(clone);
  writeResult(work, {
    ok: true,
    ...(control === undefined ? {} : { "control_sha256": sumOf(control) }),
    ...(before === undefined ? {} : { "source_control_sha256": sumOf(before) }),
  });
  work.world.runtime.kill(work.container);
  return "wait";
}

export function keepConfiguration(
  { world, directory }: Work,
  data: FakeDirectory | undefined,
) {
  const conf = putDirectory(world.disk, directory, "conf", false);
  for (const name of ["postgresql.conf", "pg_hba.conf"]) {
    const file = data?.entries.get(name);
    if (file?.kind === "file") {
      put(world.disk, conf, name, file.content, false);
    }
  }
}

/** The tables of the private server that shares the job's directory. */
function served({ world, directory }: Work): Base | undefined {
  for (const { mounts, process } of world.runtime.running()) {
    if (process?.kind !== "job" || process.script !== "dump_server") continue;
    if (!mounts.some(({ node }) => node === directory)) continue;
    return process.data === undefined ? undefined : baseOf(process.data);
  }
  return undefined;
}

export function stepDumpWorker(work: Work): Outcome {
  const { world, directory, job } = work;
  const { disk } = world;
  const dump = mountAt(work.container, "/dump");
  if (dump === undefined) return { error: "There is no place for the dump" };
  const base = served(work);
  if (job.phase < 5 && resultOf(work, "dump_server") !== undefined) {
    return { error: "The old server failed" };
  }
  if (base === undefined && job.phase < 5) {
    return job.phase > 0 || ++job.waited > SILENCE
      ? { error: "The old server's container is gone" }
      : "wait";
  }
  switch (job.phase) {
    case 0:
      return directory.entries.has("ready") ? "next" : "wait";
    case 1:
      put(disk, dump, "databases", "16384 100 - cG9zdGdyZXM=\n", false);
      return "next";
    case 2:
      put(disk, putDirectory(disk, dump, "db-16384", false), "1.dat", {
        rows: base?.rows ?? [],
        xid: 0,
      }, false);
      return "next";
    case 3:
      put(disk, dump, "globals.sql", GLOBALS, false);
      fingerprint(work, dump, base);
      return "next";
    case 4:
      syncVolumes(world);
      put(disk, directory, "finish", "", false);
      return "next";
    default:
      return awaitServerResult(work);
  }
}

function awaitServerResult(work: Work): Outcome {
  const result = resultOf(work, "dump_server");
  if (result === undefined) {
    work.job.waited += 1;
    return work.job.waited > SILENCE
      ? { error: "The old server's container is gone" }
      : "wait";
  }
  return result.includes('"ok":true')
    ? finishJob(work, work.directory)
    : { error: "The old server failed" };
}

const GLOBALS = "CREATE ROLE app;\nALTER ROLE app WITH LOGIN;\n";

/** As fingerprint.sh writes it, of one database with one table. */
export function fingerprint(
  { world }: Work,
  into: FakeDirectory,
  base: Base | undefined,
  name = "fingerprint",
) {
  const { disk } = world;
  const rows = base?.rows ?? [];
  const directory = putDirectory(disk, into, name, false);
  const files = {
    "globals.sql": GLOBALS,
    databases: "cG9zdGdyZXM=\n",
    "1.schema.sql": "",
    "1.sequences": `["public","ids",${rows.length},true]\n`,
    "1.settings": '["extension","plpgsql"]\n',
    "1.rows": `["public","t","r",${rows.length},"${
      [...rows].sort((a, b) => a - b).join(" ")
    }"]\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    put(disk, directory, name, text, false);
  }
}

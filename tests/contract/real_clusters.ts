import { assertEquals, assertNotEquals } from "@std/assert";
import { ClusterFiles } from "../../lib/adapter/clusters.ts";
import { Disk } from "../../lib/adapter/disk.ts";
import { runOk } from "../../lib/adapter/process.ts";
import type { ControlFile } from "../../lib/port/clusters.ts";
import { clustersContract } from "./clusters.ts";

const clusters = new ClusterFiles();

clustersContract("on disk", async () => ({
  clusters,
  files: new Disk(),
  directory: await Deno.makeTempDir({ dir: "/var/tmp" }),
}));

/** A cluster in three states, and what pg_controldata says of each. */
const SCRIPT = `
  export LC_ALL=C PATH="$(echo /usr/lib/postgresql/*/bin):$PATH"
  say() { cp /data/pg/global/pg_control "/data/$1"; pg_controldata /data/pg >"/data/$1.txt"; }
  initdb -D /data/pg >/dev/null
  say new
  pg_ctl -D /data/pg -o '-c listen_addresses= -c unix_socket_directories=/data' -w -l /data/log start
  psql -X -h /data postgres -c 'CREATE TABLE t AS SELECT 1 AS x' -c CHECKPOINT
  for n in 1 2 3; do psql -X -h /data postgres -c 'INSERT INTO t SELECT 2'; done
  psql -X -h /data postgres -c CHECKPOINT
  say running
  cp /data/pg/postmaster.pid /data/pid
  pg_ctl -D /data/pg -m immediate stop
  say crashed
  pg_resetwal -f -e 3 -x 70000 /data/pg && mkdir -p /data/pg/pg_xact
  say epoch
`;

for (const version of ["13", "15", "17", "18"]) {
  Deno.test(`Clusters: what pg_controldata of ${version} says`, async () => {
    const directory = await Deno.makeTempDir({ dir: "/var/tmp" });
    await Deno.chmod(directory, 0o777);
    await runOk([
      "podman",
      "run",
      "--rm",
      "--network=none",
      "--user=postgres",
      `--volume=${directory}:/data`,
      "--entrypoint=bash",
      `docker.io/library/postgres:${version}`,
      "-ec",
      SCRIPT,
    ]);
    const seen = new Set<string>();
    for (const moment of ["new", "running", "crashed", "epoch"]) {
      const bytes = await Deno.readFile(`${directory}/${moment}`);
      await Deno.writeFile(`${directory}/pg/global/pg_control`, bytes);
      const cluster = await clusters.look(`${directory}/pg`);
      const told = await Deno.readTextFile(`${directory}/${moment}.txt`);
      assertEquals(cluster?.version, version);
      assertEquals(wordsOf(cluster?.control), wordsIn(told));
      seen.add(cluster?.control?.sha256 ?? "");
      assertEquals(cluster?.server, "");
    }
    await Deno.copyFile(`${directory}/pid`, `${directory}/pg/postmaster.pid`);
    assertEquals((await clusters.look(`${directory}/pg`))?.server, "ready");
    // A crash changes nothing in the file but what came before it did.
    assertEquals(seen.size, 3);
    await new Disk().remove(directory);
  });
}

function wordsOf(control: ControlFile | undefined): string[] {
  assertNotEquals(control, undefined);
  const next = BigInt(control?.nextXid ?? 0);
  return [
    control?.systemIdentifier ?? "",
    control?.state ?? "",
    control?.checkpoint ?? "",
    `${next >> 32n}:${next & 0xffffffffn}`,
  ];
}

function wordsIn(told: string): string[] {
  const value = (name: string) =>
    new RegExp(`^${name}: +(.*)$`, "m").exec(told)?.[1] ?? "";
  return [
    value("Database system identifier"),
    value("Database cluster state"),
    value("Latest checkpoint location"),
    value("Latest checkpoint's NextXID"),
  ];
}

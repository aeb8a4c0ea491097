import { assertEquals } from "@std/assert";
import { ExtendedHost } from "./extended.ts";
import { Host, until } from "./host.ts";

/**
 * An image as an application ships it, such as Immich's: an extension for its
 * vectors, and one that cannot be made where it is not preloaded; told by a file
 * of the image's own, by the container's command, or by ALTER SYSTEM.
 */

const NAME = "specs-application";
const IMAGE = "docker.io/library/postgres:";
const VOLUME = "/srv/xfs/db";
let apps: ExtendedHost;

const TOLD = [
  ["shared_preload_libraries", "pg_cron"],
  ["cron.database_name", "app"],
] as const;

/** Of `MAJOR-apps`, with a file outside of the data that its command names. */
const make = (major: number) => `
  podman run -d --name made --network none --entrypoint sleep ${IMAGE}${major}-apps 600 >/dev/null
  podman exec made bash -ceu 'install -d /etc/app; printf "%s\\n" \\
    "listen_addresses = \\"*\\"" ${
  TOLD.map(([name, value]) => `"${name} = \\"${value}\\""`)
    .join(" ")
} | tr \\" "\\047" >/etc/app/postgresql.conf'
  podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \\
    --change 'CMD ["postgres", "-c", "config_file=/etc/app/postgresql.conf"]' made ${IMAGE}${major}-told >/dev/null
  podman rm -fv -t 0 made >/dev/null`;

Deno.test.beforeAll(async () => {
  apps = await ExtendedHost.raise(NAME, 17, 18);
  await apps.host.shell(make(17) + make(18));
  await apps.host.rig(
    "docker",
    NAME,
    "17-apps",
    "18-apps",
    "17-told",
    "18-told",
  );
  await apps.host.save("made");
});
Deno.test.afterAll(() => Host.lower(NAME));

type Source = "image" | "command" | "system";

interface Case {
  readonly source: Source;
  readonly method: "dump" | "pg_upgrade";
  readonly runtime?: "podman" | "docker";
  readonly interrupted?: true;
  readonly back?: true;
}

const CASES: readonly Case[] = [
  { source: "image", method: "dump", interrupted: true },
  { source: "image", method: "pg_upgrade", back: true },
  { source: "system", method: "dump", back: true },
  { source: "system", method: "pg_upgrade" },
  { source: "command", method: "pg_upgrade", runtime: "docker" },
  { source: "image", method: "dump", runtime: "docker", back: true },
  { source: "command", method: "dump" },
];

const PHOTOS = [
  "CREATE EXTENSION vector",
  "CREATE TABLE photo AS SELECT n, ARRAY[n % 7, n % 11, n % 13]::vector(3) AS seen FROM generate_series(1, 5000) AS n",
  "CREATE INDEX photo_seen ON photo USING hnsw (seen vector_l2_ops)",
  "CREATE EXTENSION pg_cron",
  "SELECT cron.schedule('nightly', '0 3 * * *', 'SELECT 1')",
  "SELECT cron.schedule_in_database('there', '0 4 * * *', 'SELECT 2', 'postgres')",
];
const ASKED = [
  "SELECT count(*), sum(n) FROM photo",
  "SELECT n % 7, n % 11 FROM photo ORDER BY seen <-> '[1,2,3]' LIMIT 1",
  "SELECT jobid, jobname, schedule, command, database, active FROM cron.job ORDER BY jobid",
  "SHOW cron.database_name",
  "SELECT current_setting('shared_preload_libraries')",
];

async function answers(runtime: string) {
  const found: string[] = [];
  for (const it of ASKED) {
    found.push(await ask(runtime, it));
  }
  return found;
}

const ask = async (runtime: string, sql: string, database = "app") =>
  (await apps.host.ok(
    ...[runtime, "exec", "db", "psql", "-XAtqU", "postgres", "-v"],
    ...["ON_ERROR_STOP=1", database, "-c", sql],
  )).trim();

const serves = (runtime: string) =>
  until(
    "it answers",
    async () =>
      (await apps.host.exec(
        ...[
          runtime,
          "exec",
          "db",
          "psql",
          "-Xqh",
          "127.0.0.1",
          "-U",
          "postgres",
        ],
        ...["-c", "", "app"],
      )).code === 0,
  );

/** "db", with what the application has in it, told by that source. */
async function makeDatabase(source: Source, runtime: string) {
  const { host } = apps;
  const tag = source === "image" ? "told" : "apps";
  await host.restore("made");
  const command = source !== "command" ? [] : TOLD
    .flatMap((it) => ["--cmd", "-c", "--cmd", it.join("=")]);
  await host.rig(
    ...["db", host.name, "db", "--dir", VOLUME, "--inner"],
    ...["/var/lib/postgresql/data", "--env"],
    ...["PGDATA=/var/lib/postgresql/data", "--image", `${IMAGE}17-${tag}`],
    ...(runtime === "docker" ? ["--docker"] : []),
    ...command,
  );
  await ask(runtime, "CREATE DATABASE app", "postgres");
  if (source === "system") {
    for (const [name, value] of TOLD) {
      await ask(runtime, `ALTER SYSTEM SET ${name} = '${value}'`);
    }
    await host.ok("systemctl", "restart", `${runtime}-db`);
    await serves(runtime);
  }
  for (const it of PHOTOS) await ask(runtime, it);
  return `18-${tag}`;
}

const usesIndex = async (runtime: string) =>
  (await ask(
    runtime,
    "SET enable_seqscan = off; EXPLAIN SELECT n FROM photo ORDER BY seen <-> '[1,2,3]' LIMIT 1",
  )).includes("photo_seen");

for (const { back, interrupted, method, runtime = "podman", source } of CASES) {
  const how = `${interrupted ? ", interrupted" : ""}${
    back ? ", and back" : ""
  }`;
  Deno.test(`told by ${source}, by ${method}, of ${runtime}${how}`, async () => {
    const { host } = apps;
    const to = await makeDatabase(source, runtime);
    const before = await answers(runtime);
    assertEquals(await usesIndex(runtime), true);
    const words = ["upgrade", "db", "--to", to, "--switch", "unit", "--yes"];
    const climb = host.begin(...words, "--method", method);
    if (interrupted) {
      await climb.reaches("step-started build", { volume: VOLUME });
      await climb.meets(
        "the restore is at work",
        async () =>
          (await host.ok("podman", "ps", "--format", "{{.Names}}"))
            .includes("-build-"),
      );
      await climb.kill();
      const resumed = await host.pgladder("resume", "db");
      assertEquals(resumed.code, 0, resumed.stderr + resumed.stdout);
    } else {
      const done = await climb.end();
      assertEquals(done.code, 0, done.stderr + done.stdout);
    }
    await serves(runtime);
    assertEquals(await answers(runtime), before);
    assertEquals(await usesIndex(runtime), true);
    assertEquals(await ask(runtime, "SHOW server_version_num") >= "18", true);
    // It runs again, and by nobody meanwhile.
    await ask(runtime, "CREATE TABLE tick (at timestamptz)");
    await ask(
      runtime,
      "SELECT cron.schedule('tick', '1 seconds', 'INSERT INTO tick VALUES (clock_timestamp())')",
    );
    await until(
      "it ticks",
      async () => await ask(runtime, "SELECT count(*) > 1 FROM tick") === "t",
    );
    assertEquals(
      await ask(
        runtime,
        "SELECT count(*) FROM cron.job_run_details WHERE command <> 'INSERT INTO tick VALUES (clock_timestamp())'",
      ),
      "0",
    );
    if (!back) return;
    const down = await host.pgladder("rollback", "db", "--confirm", "db");
    assertEquals(down.code, 0, down.stderr + down.stdout);
    await serves(runtime);
    assertEquals(await answers(runtime), before);
    assertEquals(await ask(runtime, "SHOW server_version_num") < "18", true);
  });
}

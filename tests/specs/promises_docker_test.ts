import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host, type Output } from "./host.ts";
import { checkJob, watchJobs } from "./job_limits.ts";
import { readJournal, wordsOf } from "./journal.ts";

/**
 * What went wrong once with some clusters, and depends on what the runtime
 * mounts, tells or starts: one after the other with one database of docker.
 * Most of it has a spec of its own by podman.
 */

const NAME = "specs-promises";
const UPGRADE = ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"];
/** Behind a comma, by a name that tells it and by one that does not. */
const SECRETS = ["TAIL-canary", "OPTION-canary"];
/** Root's, which no link in the data leads a job to. */
const CANARY = "/root/canary";
let host: Host;
let database: Database;

const TOLD = ["shared_preload_libraries=pg_stat_statements"]
  .concat("max_prepared_transactions=5");

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", NAME, "15", "17");
  // A directory of somebody else's, with what looks like a run beside it.
  await host.shell(`useradd deploy
    install -d -o deploy -g deploy /srv/deploy /srv/deploy/initdb
    install -d -o deploy -g deploy -m 700 /srv/deploy/initdb.pgladder
    echo '{}' >/srv/deploy/initdb.pgladder/journal.json
    chown deploy: /srv/deploy/initdb.pgladder/journal.json`);
  database = await Database.make(host, {
    unit: "docker-db.service",
    more: [
      "--docker",
      ...["--env", "TZ=Europe/Berlin"],
      ...["--env", "SHOP_PASSWORD=ab,TAIL-canary"],
      ...["--env", "SHOP_OPTIONS=ab,OPTION-canary"],
      ...["--run-arg", "-v", "--run-arg"],
      "/srv/deploy/initdb:/docker-entrypoint-initdb.d",
      ...TOLD.flatMap((it) => ["--cmd", "-c", "--cmd", it]),
    ],
  });
  await database.psql("-qc", CONTENT);
  await host.shell(PLANT);
});
Deno.test.afterAll(() => Host.lower(NAME));

/** Text that follows the time zone, and rows that need the library as they are put in. */
const CONTENT = `
  CREATE TABLE pay (id int, eur int);
  CREATE TABLE ev (at timestamptz NOT NULL DEFAULT '2024-06-01 00:00') PARTITION BY RANGE (at);
  CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  INSERT INTO ev DEFAULT VALUES;
  CREATE VIEW late AS SELECT * FROM ev WHERE at > '2024-03-01'::timestamptz;
  CREATE EXTENSION pg_stat_statements;
  CREATE FUNCTION counted(int) RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN RETURN (SELECT count(*) >= 0 FROM public.pg_stat_statements); END';
  CREATE TABLE needs (a int CHECK (counted(a)));
  INSERT INTO needs VALUES (1)`;

/** As the server's user in its container can: links where something might be written or read. */
const PLANT = `echo root-canary >${CANARY}; chmod 600 ${CANARY}
  setpriv --reuid=999 --regid=999 --clear-groups bash -ceu 'cd /srv/db; mkdir d
    printf "%s\\n" "data_directory = 1" "\\! touch /pgladder/ran" >d/x.conf
    ln -s /pgladder/configuration.sql d/x.conf.pgladder
    ln -s ${CANARY} postgresql.conf.pgladder
    ln -s ${CANARY} more.conf
    ln -s /run/docker.sock server.key'`;

/** Everything that says something, and what it said. */
async function askAll(): Promise<string> {
  const outputs: Output[] = [];
  for (
    const words of [
      ["status", "db"],
      ["status", "db", "--json"],
      ["report", "db", "--output", "upgrade.html"],
      ["bundle", "db", "--output", "bundle.tar.gz"],
    ]
  ) {
    const output = await host.exec(
      ...["env", "-C", "/srv", "pgladder", ...words],
    );
    assertEquals(output.code, 0, output.stderr + output.stdout);
    outputs.push(output);
  }
  return outputs.map(({ stderr, stdout }) => stdout + stderr).join("");
}

/** Files with it, of all that stays or leaves; the unit's own text is the operator's. */
const filesWith = async (secret: string) =>
  (await host.shell(
    `mkdir -p /srv/opened; tar -C /srv/opened -xf /srv/bundle.tar.gz
    grep -rlaF -- ${secret} /srv/db.pgladder /srv/opened /srv/upgrade.html /var/lib/pgladder |
      grep -vx /srv/db.pgladder/unit-file.original || true`,
  )).trim();

Deno.test("a transaction that is prepared after the plan ends the dump, and comes back", async () => {
  const climb = host.begin(...UPGRADE);
  const ended = climb.end();
  await climb.meets(
    "the first step",
    () =>
      Promise.resolve(
        wordsOf(readJournal(host, "/srv/db")).includes("step-started prepare"),
      ),
  );
  await database.psql(
    "-qc",
    "BEGIN; INSERT INTO pay VALUES (2, 1000000); PREPARE TRANSACTION 'xa-1'",
  );
  const { code, stderr } = await ended;
  assertEquals(code, 4, stderr);
  assertStringIncludes(stderr, 'The transaction "xa-1" is prepared');
  const back = await host.pgladder("rollback", "db", "--yes");
  assertEquals(back.code, 0, back.stderr);
  await database.opens();
  await database.psql("-qc", "COMMIT PREPARED 'xa-1'");
});

Deno.test("by dump all comes along, under another time zone, with a library of the command line and links in the data", async () => {
  let said = "";
  const seen = await watchJobs(host, "docker", async () => {
    const { code, stderr, stdout } = await host.pgladder(...UPGRADE);
    said = stdout + stderr;
    assertEquals(code, 0, said);
  });
  await database.opens();
  await database.checkServes("17");
  assertEquals(await database.sql("SHOW TimeZone"), "Europe/Berlin");
  assertEquals(await database.sql("SELECT count(*) FROM late"), "1");
  assertEquals(await database.sql("SELECT count(*) FROM needs"), "1");
  assertEquals(await database.sql("SELECT sum(eur) FROM pay"), "1000000");
  for (const job of ["dump_server", "dump_worker", "build"] as const) {
    checkJob(job, seen);
  }
  said += await askAll();
  // What is there is found, so that what is not found is not there.
  const found = (await filesWith("docker-db.service")).split("\n");
  assert(found.includes("/srv/db.pgladder/journal.json"), found.join());
  assert(found.some((path) => path.startsWith("/srv/opened/")), found.join());
  for (const secret of [...SECRETS, "root-canary"]) {
    assertEquals(await filesWith(secret), "");
    assert(!said.includes(secret), said);
  }
  assert(!said.includes("/srv/deploy/initdb.pgladder"), said);
  assertEquals(host.read(CANARY), "root-canary\n");
  assertEquals(
    await host.shell("find /srv/db* /tmp -xdev -name ran -print"),
    "",
  );
});

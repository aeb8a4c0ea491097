import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Database, type DatabaseOptions } from "./database.ts";
import { expectedOf } from "./expected.ts";
import { Host, until } from "./host.ts";

/**
 * From each version to each, under podman and docker: what the cluster holds is
 * asked before and after by SQL of the specs' own, not by the product's
 * comparison. What differs must be expected, for the reason that stands there.
 */

const KINDS = fromFileUrl(new URL("./kinds.sql", import.meta.url));
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-pairs");
  await host.rig("docker", host.name, "13", "15", "17", "18");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower("specs-pairs"));

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly docker?: true;
  readonly method?: "pg_upgrade";
  /** Statements instead of the sample cluster. */
  readonly content?: readonly string[];
  /** One more, in a database of theirs. */
  readonly inside?: readonly [database: string, statement: string];
  readonly called?: string;
}

/** Names that stumble over every way of quoting. */
const ODD = `select "a""b" 'ü' $(reboot) \\ ☃`;

const PAIRS: readonly Pair[] = [
  { from: "13", to: "15" },
  { from: "13", to: "18" },
  { from: "15", to: "17" },
  { from: "17", to: "18" },
  { from: "13", to: "15", docker: true },
  { from: "13", to: "18", docker: true },
  { from: "15", to: "17", docker: true },
  { from: "17", to: "18", docker: true },
  { from: "13", to: "15", method: "pg_upgrade" },
  { from: "13", to: "18", method: "pg_upgrade" },
  { from: "15", to: "17", method: "pg_upgrade" },
  { from: "17", to: "18", method: "pg_upgrade" },
  { from: "15", to: "17", content: [], called: "an empty cluster" },
  {
    from: "15",
    to: "17",
    called: 'nothing but "postgres", with a table',
    content: ["CREATE TABLE alone AS SELECT generate_series(1, 10) AS n"],
  },
  {
    from: "15",
    to: "17",
    // By itself: beside UTF8, names as the sample's are refused.
    called: "a database in LATIN1",
    content: [
      "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
    ],
    inside: ["latin", "CREATE TABLE words AS SELECT 'süß'::text AS word"],
  },
  {
    from: "15",
    to: "17",
    called: "names of keywords, quotes and unicode",
    content: [
      `CREATE DATABASE "table"`,
      `CREATE DATABASE "${ODD.replaceAll('"', '""')}"`,
      `CREATE ROLE "${ODD.replaceAll('"', '""')}" LOGIN`,
    ],
  },
];

/** A setting that the version has and the next one of its pairs does not. */
const REMOVED: Readonly<Record<string, string>> = {
  "13": "vacuum_cleanup_index_scale_factor",
  "15": "vacuum_defer_cleanup_age",
};

for (const pair of PAIRS) {
  const { called = "the sample", docker, from, method = "dump", to } = pair;
  const runtime = docker ? "docker" : "podman";
  Deno.test(`${from} → ${to}, ${runtime}, ${method}: ${called}`, () =>
    upgraded(pair));
}

async function upgraded(pair: Pair) {
  const { content, docker, from, method, to } = pair;
  await host.restore("bare");
  const options: DatabaseOptions = docker
    ? { tag: from, more: ["--docker"], unit: "docker-db.service" }
    : { tag: from };
  const database = await Database.make(host, {
    ...options,
    ...(content === undefined ? { rows: 500 } : {}),
  });
  if (content === undefined) await fill(database, from);
  for (const statement of content ?? []) {
    await database.psql("-qc", statement, "postgres");
  }
  if (pair.inside) {
    const [name, statement] = pair.inside;
    await database.psql("-qc", statement, name);
  }
  const before = await database.contents();
  const sessions = content === undefined ? await sessionsOf(database) : [];
  const access = content === undefined ? accessFiles("/srv/db") : [];

  const { code, stderr, stdout } = await host.pgladder(
    ...["upgrade", "db", "--to", to, "--switch", "unit", "--yes"],
    ...(docker ? ["--runtime", "docker"] : []),
    ...(method === undefined ? [] : ["--method", method]),
  );
  assertEquals(code, 0, stderr + stdout);
  assertEquals(await database.version(), to);
  const after = await database.contents();
  const expected = expectedOf(Number(from), Number(to));
  assertEquals(
    expected.unexpected(before, after),
    { missing: [], added: [] },
  );
  await database.writes();
  await database.checkLosses();
  if (content !== undefined) return;
  assert(before.length > 300, `only ${before.length} things to compare`);
  assertEquals(await sessionsOf(database), sessions);
  const cluster = to === "18" ? "/srv/db/18/docker" : "/srv/db";
  assertEquals(accessFiles(cluster), access);
  await checkTold(stdout + stderr, REMOVED[from]);
  if (from === "13") {
    assertStringIncludes(
      host.read(`${cluster}/postgresql.conf`),
      "#password_encryption = on   # pgladder: ",
    );
    assertEquals(await database.sql("SHOW password_encryption"), "md5");
  }
}

/** Every kind of object, and configuration files as an operator had them. */
async function fill(database: Database, from: string) {
  await host.rig("put", host.name, KINDS, "/tmp/");
  await database.psql("-qf", "/tmp/kinds.sql");
  const removed = REMOVED[from];
  await host.shell(`
    cd /srv/db
    { printf '%s\\n' '# by hand' 'host all old_hand 127.0.0.1/32 md5' 'host all old_hand 10.0.0.0/8 md5 # the pods' \\
        "host all old_hand 172.16.0.0/12 md5 # docker's"
      cat pg_hba.conf; } >/tmp/hba && cat /tmp/hba >pg_hba.conf
    printf '%s\\n' '# our people' 'staff  "anna b"  keeper' >>pg_ident.conf
    mkdir conf.d && printf '%s\\n' "work_mem = '7MB' # as it was" >conf.d/memory.conf
    printf '%s\\n' "include_dir 'conf.d'" "Log_Line_Prefix = '%m it''s '" 'random_page_cost 1.5' \\
      ${removed === undefined ? "" : `'${removed} = 1'`} \\
      ${from === "13" ? "'password_encryption = on'" : ""} >>postgresql.conf
    chown -R 999:999 conf.d
    systemctl restart ${database.unit}`);
  await database.opens();
  await until(
    "it serves",
    async () => (await database.login("keeper", "keeper-canary")).code === 0,
  );
  // The application was stopped along with the database's unit.
  await host.ok("systemctl", "start", database.app);
}

/** What sessions over TCP come to that log in with their passwords. */
async function sessionsOf(database: Database) {
  const sessions = [];
  for (
    const [user, password] of [
      ["keeper", "keeper-canary"],
      ["old_hand", "old-canary"],
      [`O'Neill "Jr" $(id) ünï`, "odd-canary"],
    ] as const
  ) {
    const seen = await database.session(user, password);
    assertEquals(seen.code, 0, seen.stderr);
    sessions.push(seen.stdout);
    const wrong = await database.session(user, "something else");
    assertStringIncludes(wrong.stderr, "password authentication failed");
  }
  const [keeper = "", old = ""] = sessions;
  assertEquals(keeper, "keeper|sales, public|9MB|1min|2min\n");
  assertEquals(old, "old_hand|kinds, public|7MB|0|2min\n");
  return sessions;
}

/** Byte for byte, whoever may log in and as whom. */
const accessFiles = (cluster: string) =>
  ["pg_hba.conf", "pg_ident.conf", "conf.d/memory.conf"]
    .map((name) => host.read(`${cluster}/${name}`));

/** What does not come along as it was is said. */
async function checkTold(said: string, removed: string | undefined) {
  assertStringIncludes(said.replace(/\s+/g, " "), 'awake (in database "shop")');
  const { stdout } = await host.pgladder("report", "db");
  if (removed !== undefined) assertStringIncludes(stdout, removed);
}

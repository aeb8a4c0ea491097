import { assertEquals, assertStringIncludes } from "@std/assert";
import { ExtendedHost } from "./extended.ts";
import { flat, Host, until } from "./host.ts";

/**
 * Extensions with tables, workers and rules of their own: pg_partman with its
 * worker, age, and timescaledb, of which Debian has no version for two majors:
 * it stays through a minor upgrade, under the licence that
 * Debian's has.
 */

const NAME = "specs-hooks";
let apps: ExtendedHost;

Deno.test.beforeAll(async () => {
  apps = await ExtendedHost.raise(NAME, 15, 17, 18);
  await apps.host.shell(`
    printf 'FROM docker.io/library/postgres:17-apps\\nENV LATER=1\\n' |
      podman build --quiet --pull=never -t docker.io/library/postgres:17-later - >/dev/null`);
  await apps.host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const TOLD = [
  ...["shared_preload_libraries=pg_partman_bgw", "pg_partman_bgw.dbname=app"],
  ...["pg_partman_bgw.interval=3600", "pg_partman_bgw.role=postgres"],
];
const parted = (major: number) => [
  "CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman",
  "CREATE TABLE measured (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at)",
  `SELECT partman.create_parent('public.measured', 'at', ${
    major < 17 ? "'native', 'daily'" : "'1 day'"
  })`,
  "INSERT INTO measured SELECT now() + n * interval '1 hour', n FROM generate_series(-48, 48) AS n",
  "UPDATE partman.part_config SET retention = '10 years', premake = 5",
];
const PARTED = [
  "SELECT count(*), sum(value) FROM measured",
  "SELECT tableoid::regclass, count(*) FROM measured GROUP BY 1 ORDER BY 1",
  "SELECT parent_table, control, retention, premake FROM partman.part_config",
];

const MADE = "SELECT count(*) FROM partman.show_partitions('public.measured')";

for (
  const [from, to, method] of [
    [17, 18, "dump"],
    [17, 18, "pg_upgrade"],
  ] as const
) {
  Deno.test(`pg_partman goes from ${from} to ${to} by ${method}, and its worker makes nothing meanwhile`, async () => {
    await apps.makeDatabase(from, ...TOLD);
    for (const it of parted(from)) await apps.ask(it);
    const before = await apps.answers(PARTED);
    const made = Number(await apps.ask(MADE));
    await apps.upgrade(to, method);
    assertEquals(await apps.answers(PARTED), before);
    // Of the service it is let work, as it begins.
    await until(
      "its worker has made what is wanted ahead",
      async () => Number(await apps.ask(MADE)) > made,
    );
    await apps.ask("CALL partman.run_maintenance_proc()");
    assertEquals(
      await apps.ask(
        "SELECT string_agg(extname, ' ') FROM pg_extension JOIN pg_available_extensions ON name = extname WHERE default_version <> extversion",
      ),
      "",
    );
  });
}

Deno.test("pg_partman below 5 is refused where the new image has 5, by either way", async () => {
  await apps.makeDatabase(15, ...TOLD);
  for (const it of parted(15)) await apps.ask(it);
  for (const method of ["dump", "pg_upgrade"]) {
    const { code, stdout } = await apps.host.pgladder(
      ...["plan", "db", "--to", "17-apps", "--switch", "unit"],
      ...["--method", method],
    );
    assertEquals(code, 3, stdout);
    assertStringIncludes(
      flat(stdout),
      "has other tables of its own than 4.7.2",
    );
    // Whatever is known of it: a dump's rows would not go in.
    if (method === "pg_upgrade") continue;
    assertStringIncludes(
      flat(stdout),
      "makes an extension's table without what its rows have: partman.part_config",
    );
  }
});

const cypher = (query: string, columns: string) =>
  `SET search_path = ag_catalog, public; SELECT * FROM cypher('family', $$ ${query} $$) AS (${columns})`;

Deno.test("a graph of age is refused by either way", async () => {
  await apps.makeDatabase(17, "shared_preload_libraries=age");
  await apps.ask("CREATE EXTENSION age");
  await apps.ask("SET search_path = ag_catalog; SELECT create_graph('family')");
  await apps.ask(
    cypher(
      "CREATE (:Person {name: 'Ann'})-[:KNOWS]->(:Person {name: 'Bob'})",
      "v agtype",
    ),
  );
  for (
    const [method, words] of [
      ["dump", "no upgrade carries the graphs of age 1.5.0"],
      ["pg_upgrade", "pg_upgrade cannot keep the numbers in"],
    ] as const
  ) {
    const { code, stdout } = await apps.host.pgladder(
      ...["plan", "db", "--to", "18-apps", "--switch", "unit"],
      ...["--method", method],
    );
    assertEquals(code, 3, stdout);
    assertStringIncludes(flat(stdout), words);
  }
});

const MEASURED = [
  "CREATE EXTENSION timescaledb",
  "CREATE TABLE measured (at timestamptz NOT NULL, value int)",
  "SELECT create_hypertable('measured', 'at', chunk_time_interval => interval '1 day')",
  "INSERT INTO measured SELECT '2026-01-01'::timestamptz + n * interval '1 hour', n FROM generate_series(1, 200) AS n",
];
const HYPER = [
  "SELECT count(*), sum(value) FROM measured",
  "SELECT hypertable_name, num_chunks FROM timescaledb_information.hypertables ORDER BY 1",
];

Deno.test("timescaledb stays through a minor upgrade", async () => {
  await apps.makeDatabase(
    17,
    ...[
      "shared_preload_libraries=timescaledb",
      "timescaledb.telemetry_level=off",
    ],
  );
  for (const it of MEASURED) await apps.ask(it);
  const before = await apps.answers(HYPER);
  const done = await apps.host.pgladder(
    ...["upgrade", "db", "--to", "17-later", "--switch", "unit", "--yes"],
  );
  assertEquals(done.code, 0, done.stderr + done.stdout);
  assertEquals(await apps.answers(HYPER), before);
});

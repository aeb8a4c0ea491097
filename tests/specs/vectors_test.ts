import { assertEquals, assertStringIncludes } from "@std/assert";
import { ExtendedHost } from "./extended.ts";
import { flat, Host } from "./host.ts";

/** pgvector with both of its kinds of index, and timescaledb, which no dump carries. */

const NAME = "specs-vectors";
let apps: ExtendedHost;

Deno.test.beforeAll(async () => {
  apps = await ExtendedHost.raise(NAME, 17, 18);
});
Deno.test.afterAll(() => Host.lower(NAME));

const VECTORS = [
  "CREATE EXTENSION vector",
  "CREATE TABLE photo AS SELECT n, ARRAY[n % 7, n % 11, n % 13]::vector(3) AS seen FROM generate_series(1, 5000) AS n",
  "CREATE INDEX photo_hnsw ON photo USING hnsw (seen vector_l2_ops)",
  "CREATE INDEX photo_ivf ON photo USING ivfflat (seen vector_cosine_ops) WITH (lists = 10)",
  "ANALYZE",
];
const NEAREST =
  "SELECT n % 7, n % 11 FROM photo ORDER BY seen <-> '[1,2,3]' LIMIT 1";
const ALIKE =
  "SELECT count(*) FROM (SELECT n FROM photo ORDER BY seen <=> '[1,2,3]' LIMIT 5) AS it";

for (const method of ["dump", "pg_upgrade"]) {
  Deno.test(`vectors go from 17 to 18 by ${method}`, async () => {
    await apps.makeDatabase(17);
    for (const statement of VECTORS) await apps.ask(statement);
    const before = await apps.answers([NEAREST, ALIKE]);
    await apps.checkUsed("photo_hnsw", NEAREST);
    await apps.upgrade(18, method);
    assertEquals(await apps.answers([NEAREST, ALIKE]), before);
    await apps.checkUsed("photo_hnsw", NEAREST);
    await apps.checkUsed("photo_ivf", ALIKE);
    assertEquals(
      await apps.ask(
        "SELECT extversion = default_version FROM pg_extension JOIN pg_available_extensions ON name = extname WHERE extname = 'vector'",
      ),
      "t",
    );
  });
}

Deno.test("timescaledb is refused by dump, and by pg_upgrade to an image without the library of its version", async () => {
  await apps.makeDatabase(17, "shared_preload_libraries=timescaledb");
  await apps.ask("CREATE EXTENSION timescaledb");
  await apps.ask("CREATE TABLE measured (at timestamptz NOT NULL, value int)");
  await apps.ask("SELECT create_hypertable('measured', 'at')");
  const version = await apps.ask(
    "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'",
  );
  for (
    const [method, words] of [
      [
        "dump",
        `a plain dump does not carry the hypertables of timescaledb ${version} (in database "app")`,
      ],
      [
        "pg_upgrade",
        `cannot load $libdir/timescaledb-${version} (in database "app": could not access file "$libdir/timescaledb-${version}": No such file or directory)`,
      ],
    ] as const
  ) {
    const { code, stdout } = await apps.host.pgladder(
      ...["plan", "db", "--to", "18-apps", "--switch", "unit"],
      ...["--method", method],
    );
    assertEquals(code, 3, stdout);
    assertStringIncludes(flat(stdout), words);
  }
  assertEquals(apps.host.exists("/srv/xfs/db.pgladder"), false);
});

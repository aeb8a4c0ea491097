import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host } from "./host.ts";

/**
 * Extensions as applications have them, of Debian's packages: PostGIS with
 * raster, topology and a reference system of the user's own; earthdistance with
 * an index over a function of it; pgvector with both of its kinds of index. By
 * either way the rows are there, the indexes are used, and the next
 * application finds what the old one left.
 */

const NAME = "specs-extensions";
const IMAGE = "docker.io/library/postgres:";
const PACKAGES = {
  15: ["postgis-3", "cron"],
  17: ["postgis-3", "cron", "pgvector", "timescaledb"],
  18: ["postgis-3", "cron", "pgvector", "timescaledb"],
} as const;

let host: Host;

async function extend(major: keyof typeof PACKAGES) {
  const packages = PACKAGES[major].map((it) => `postgresql-${major}-${it}`);
  await host.rig("extend", NAME, `${major}`, `${major}-apps`, ...packages);
}

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "xfs");
  await extend(15);
  await extend(17);
  await extend(18);
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const ask = async (sql: string) =>
  (await host.ok(
    ...["podman", "exec", "db", "psql", "-XAtqU", "postgres", "app"],
    ...["-v", "ON_ERROR_STOP=1", "-c", sql],
  )).trim();

async function makeDatabase(major: 15 | 17, ...cmd: string[]) {
  await host.restore("bare");
  await host.rig(
    ...["db", NAME, "db", "--image", `${IMAGE}${major}-apps`],
    ...["--dir", "/srv/xfs/db", "--inner", "/var/lib/postgresql/data"],
    ...["--env", "PGDATA=/var/lib/postgresql/data"],
    ...cmd.flatMap((it) => ["--cmd", "-c", "--cmd", it]),
  );
  await host.ok(
    ...["podman", "exec", "db", "psql", "-XqU", "postgres", "-c"],
    "CREATE DATABASE app",
  );
}

const MAPS = [
  "CREATE EXTENSION postgis; CREATE EXTENSION postgis_raster; CREATE EXTENSION postgis_topology; CREATE EXTENSION cube; CREATE EXTENSION earthdistance",
  "CREATE TABLE place AS SELECT n, ST_SetSRID(ST_MakePoint(n % 360 - 180, n % 180 - 90), 4326) AS at FROM generate_series(1, 20000) AS n",
  "CREATE INDEX place_at ON place USING gist (at)",
  "CREATE TABLE tile (id int, r raster); INSERT INTO tile VALUES (1, ST_AddBand(ST_MakeEmptyRaster(10, 10, 0, 0, 1), '8BUI'::text, 7, 0))",
  "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) SELECT 990001, 'mine', 1, srtext, proj4text FROM spatial_ref_sys WHERE srid = 4326",
  "SELECT topology.CreateTopology('city', 4326); SELECT topology.ST_AddIsoNode('city', NULL, 'SRID=4326;POINT(1 2)')",
  "CREATE TABLE position AS SELECT n, (n % 90)::float8 AS lat, (n % 180)::float8 AS lon FROM generate_series(1, 20000) AS n",
  "CREATE INDEX position_earth ON position USING gist (ll_to_earth(lat, lon))",
  "ANALYZE",
];

/** What an application would ask: the same before and after. */
const QUESTIONS = [
  "SELECT count(*), sum(ST_X(at)) FROM place WHERE at && ST_MakeEnvelope(0, 0, 10, 10, 4326)",
  "SELECT ST_Value(r, 1, 1, 1) FROM tile",
  "SELECT auth_name, proj4text FROM spatial_ref_sys WHERE srid = 990001",
  "SELECT count(*) > 5000 FROM spatial_ref_sys",
  "SELECT name, srid FROM topology.topology",
  "SELECT node_id, ST_AsText(geom) FROM city.node",
  "SELECT count(*) FROM position WHERE earth_box(ll_to_earth(10, 10), 100000) @> ll_to_earth(lat, lon)",
];

const answers = async (questions: readonly string[]) => {
  const found: string[] = [];
  for (const it of questions) found.push(await ask(it));
  return found;
};

async function checkUsed(index: string, query: string) {
  const plan = await ask(`SET enable_seqscan = off; EXPLAIN ${query}`);
  assertStringIncludes(plan, index);
}

const MAP_QUERY = QUESTIONS[0] ?? "";
const EARTH_QUERY = QUESTIONS.at(-1) ?? "";

async function upgrade(to: string, ...words: string[]) {
  const done = await host.pgladder(
    ...["upgrade", "db", "--to", to, "--switch", "unit", "--yes", ...words],
  );
  assertEquals(done.code, 0, done.stderr + done.stdout);
  return flat(done.stdout);
}

for (const method of ["dump", "pg_upgrade"]) {
  Deno.test(`maps and distances go from 15 to 17 by ${method}`, async () => {
    await makeDatabase(15);
    for (const statement of MAPS) await ask(statement);
    const before = await answers(QUESTIONS);
    await checkUsed("place_at", MAP_QUERY);
    await checkUsed("position_earth", EARTH_QUERY);
    await upgrade("17-apps", "--method", method);
    assertEquals(await answers(QUESTIONS), before);
    await checkUsed("place_at", MAP_QUERY);
    await checkUsed("position_earth", EARTH_QUERY);
    assertEquals(
      await ask(
        "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension JOIN pg_available_extensions ON name = extname WHERE default_version <> extversion",
      ),
      "",
    );
    // What numbers them goes on where it stood.
    await ask("SELECT topology.CreateTopology('next', 4326)");
    assertEquals(
      await ask(
        "SELECT string_agg(id || name, ' ' ORDER BY id) FROM topology.topology",
      ),
      "1city 2next",
    );
    // Its functions are those of the new library.
    assert(/^3\.5/.test(await ask("SELECT postgis_lib_version()")));
    assertEquals(await ask("SELECT postgis_full_version() ~ 'need'"), "f");
  });
}

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
    await makeDatabase(17);
    for (const statement of VECTORS) await ask(statement);
    const before = await answers([NEAREST, ALIKE]);
    await checkUsed("photo_hnsw", NEAREST);
    await upgrade("18-apps", "--method", method);
    assertEquals(await answers([NEAREST, ALIKE]), before);
    await checkUsed("photo_hnsw", NEAREST);
    await checkUsed("photo_ivf", ALIKE);
  });
}

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ExtendedHost } from "./extended.ts";
import { flat, Host } from "./host.ts";

/**
 * Extensions as applications have them, of Debian's packages: PostGIS with
 * raster, topology and a reference system of the user's own, and earthdistance
 * with an index over a function of it. By either way the rows are there, the
 * indexes are used, and what numbers rows goes on where it stood.
 */

const NAME = "specs-extensions";
let apps: ExtendedHost;

Deno.test.beforeAll(async () => {
  apps = await ExtendedHost.raise(NAME, 15, 17);
});
Deno.test.afterAll(() => Host.lower(NAME));

const EARTH_INDEX =
  "CREATE INDEX position_earth ON position USING gist (ll_to_earth(lat, lon))";
const MAPS = [
  "CREATE EXTENSION postgis; CREATE EXTENSION postgis_raster; CREATE EXTENSION postgis_topology; CREATE EXTENSION cube; CREATE EXTENSION earthdistance",
  "CREATE TABLE place AS SELECT n, ST_SetSRID(ST_MakePoint(n % 360 - 180, n % 180 - 90), 4326) AS at FROM generate_series(1, 20000) AS n",
  "CREATE INDEX place_at ON place USING gist (at)",
  "CREATE TABLE tile (id int, r raster); INSERT INTO tile VALUES (1, ST_AddBand(ST_MakeEmptyRaster(10, 10, 0, 0, 1), '8BUI'::text, 7, 0))",
  "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) SELECT 990001, 'mine', 1, srtext, proj4text FROM spatial_ref_sys WHERE srid = 4326",
  "SELECT topology.CreateTopology('city', 4326); SELECT topology.ST_AddIsoNode('city', NULL, 'SRID=4326;POINT(1 2)')",
  "CREATE TABLE position AS SELECT n, (n % 90)::float8 AS lat, (n % 180)::float8 AS lon FROM generate_series(1, 20000) AS n",
  EARTH_INDEX,
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

const MAP_QUERY = QUESTIONS[0] ?? "";
const EARTH_QUERY = QUESTIONS.at(-1) ?? "";

for (const method of ["dump", "pg_upgrade"]) {
  Deno.test(`maps and distances go from 15 to 17 by ${method}`, async () => {
    await apps.makeDatabase(15);
    for (const statement of MAPS) await apps.ask(statement);
    const before = await apps.answers(QUESTIONS);
    await apps.checkUsed("place_at", MAP_QUERY);
    await apps.checkUsed("position_earth", EARTH_QUERY);
    if (method === "pg_upgrade") {
      // It makes the index by the old version's function: refused, and the way is typed.
      const { code, stdout } = await apps.host.pgladder(
        ...["plan", "db", "--to", "17-apps", "--switch", "unit", "--method"],
        method,
      );
      assertEquals(code, 3, stdout);
      assertStringIncludes(
        flat(stdout),
        "which no upgrade has: public.position_earth",
      );
      await apps.ask("DROP INDEX position_earth");
    }
    await apps.upgrade(17, method);
    if (method === "pg_upgrade") await apps.ask(EARTH_INDEX);
    assertEquals(await apps.answers(QUESTIONS), before);
    await apps.checkUsed("place_at", MAP_QUERY);
    await apps.checkUsed("position_earth", EARTH_QUERY);
    assertEquals(
      await apps.ask(
        "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension JOIN pg_available_extensions ON name = extname WHERE default_version <> extversion",
      ),
      "",
    );
    // What numbers them goes on where it stood.
    await apps.ask("SELECT topology.CreateTopology('next', 4326)");
    assertEquals(
      await apps.ask(
        "SELECT string_agg(id || name, ' ' ORDER BY id) FROM topology.topology",
      ),
      "1city 2next",
    );
    // Its functions are those of the new library.
    assert(/^3\.5/.test(await apps.ask("SELECT postgis_lib_version()")));
    assertEquals(await apps.ask("SELECT postgis_full_version() ~ 'need'"), "f");
  });
}

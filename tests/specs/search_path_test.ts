import { assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { flat, Host } from "./host.ts";

/**
 * Functions that find their names by a search path, where an index or a rule
 * for rows runs them: `plan` refuses and says what to type; typed, all of it
 * goes. Neither a restore nor an ANALYZE after pg_upgrade has such a path.
 */

const NAME = "specs-search-path";
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "xfs");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const GIVEN = `
  CREATE SCHEMA "Odd one";
  CREATE EXTENSION unaccent;
  CREATE EXTENSION pg_trgm;
  ALTER DATABASE trial SET search_path = public, "Odd one";
  CREATE TABLE "Odd one".rates (n int);
  INSERT INTO "Odd one".rates VALUES (3);
  SET search_path = public, "Odd one";
  CREATE TABLE fees (id int, name text);
  INSERT INTO fees SELECT n, 'é' || n FROM generate_series(1, 1000) AS n;
  CREATE FUNCTION rate(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE
    AS 'BEGIN RETURN x * (SELECT max(n) FROM rates); END';
  CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT unaccent($1)';
  CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * public.rate(x)';
  CREATE FUNCTION near(a text) RETURNS bool LANGUAGE plpgsql IMMUTABLE
    AS $$BEGIN RETURN a % 'e1' OR length(a) % 2 = 0; END$$;
  CREATE INDEX fees_near ON fees (near(name));
  CREATE INDEX fees_plain ON fees (plain(name));
  CREATE INDEX fees_rate ON fees (rate(id));
  ALTER TABLE fees ADD CHECK (twice(id) > 0);
`;
const ASKED = [
  "SET enable_seqscan = off; SELECT count(*) FROM fees WHERE plain(name) = 'e7'",
  "SET enable_seqscan = off; SELECT id FROM fees WHERE rate(id) = 21",
  "SELECT count(*), sum(id) FROM fees",
];

for (
  const [method, objects] of [
    ["dump", [
      "index fees_near",
      "index fees_plain",
      "index fees_rate",
      "constraint",
    ]],
    ["pg_upgrade", ["index fees_near", "index fees_plain", "index fees_rate"]],
  ] as const
) {
  Deno.test(`by ${method}, what follows a search path is refused with what to type, and goes once that is typed`, async () => {
    await host.restore("bare");
    database = await Database.make(host, {
      rows: 200,
      dir: "/srv/xfs/db",
    });
    await database.psql("-qc", "CREATE DATABASE trial");
    await database.psql("-qc", GIVEN, "trial");
    const ask = async () => {
      const found: string[] = [];
      for (const it of ASKED) {
        found.push(await database.psql("-Atqc", it, "trial"));
      }
      return found;
    };
    const before = await ask();
    const words = ["db", "--to", "17", "--switch", "unit", "--method", method];
    const { code, stdout } = await host.pgladder("plan", ...words, "--json");
    assertEquals(code, 3);
    const check = JSON.parse(stdout).checks.find(
      ({ name }: { name: string }) => name === "expressions",
    );
    assertStringIncludes(
      flat(check.found),
      'index public.fees_near (in database "trial") calls public.near(text), which names % without a schema',
    );
    assertStringIncludes(check.found, `and ${objects.length - 1} more`);
    const typed = (check.remedy as string).split(/[,;] in database "trial": /)
      .slice(1);
    assertEquals(typed, [
      "ALTER FUNCTION public.near(text) SET search_path = public, pg_temp",
      "ALTER FUNCTION public.plain(text) SET search_path = public, pg_temp",
      `ALTER FUNCTION public.rate(integer) SET search_path = "Odd one", pg_temp`,
    ]);
    for (const it of typed) await database.psql("-qc", it, "trial");
    const done = await host.pgladder("upgrade", ...words, "--yes");
    assertEquals(done.code, 0, done.stderr + done.stdout);
    assertEquals(await ask(), before);
    await database.checkServes("17");
  });
}

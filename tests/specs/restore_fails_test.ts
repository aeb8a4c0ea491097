import { assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/**
 * A restore that fails half-way, for reasons that no check can know before: it
 * says which statement failed and why, and a rollback leaves the old service
 * as it was. None of these errors is on any list, so each must be fatal.
 */

const NAME = "specs-restore-fails";
let host: Host;
let database: Database;
let inode: number | undefined;

interface Case {
  readonly name: string;
  /** In a database of the old server, "trial"; it works there. */
  readonly sql: string;
  readonly words?: readonly string[];
  /** The statement and the cause, as the message has them. */
  readonly says: readonly string[];
}

const BY_PG_UPGRADE = ["--method", "pg_upgrade"];

/** A function that finds its table by the search path, which a restore empties, and whose text does not tell. */
const RATE = `
  CREATE TABLE public.rates (n int);
  INSERT INTO public.rates VALUES (3);
  CREATE TABLE public.fees (id int);
  INSERT INTO public.fees SELECT generate_series(1, 10);
  CREATE FUNCTION public.rate(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE
    AS $$ DECLARE most int; BEGIN EXECUTE 'SELECT max(n) FROM ' || 'rates' INTO most; RETURN x * most; END $$;`;

/** A column that 17 has moved to another view. */
const VIEW =
  "CREATE VIEW public.writes AS SELECT checkpoints_timed FROM pg_stat_bgwriter";
const NO_COLUMN = "column pg_stat_bgwriter.checkpoints_timed does not exist";

const CASES: readonly Case[] = [
  {
    name: "an index on a function that finds its table by the search path",
    sql: `${RATE} CREATE INDEX fees_rate ON public.fees (rate(id))`,
    says: [
      "CREATE INDEX fees_rate ON public.fees USING btree (public.rate(id))",
      'relation "rates" does not exist',
    ],
  },
  {
    name: "a CHECK that calls such a function",
    sql: `${RATE} ALTER TABLE public.fees ADD CHECK (rate(id) > 0)`,
    says: [
      'COPY failed for table "fees"',
      'relation "rates" does not exist',
    ],
  },
  {
    name: "an extension that the new image lists, and has no script for",
    sql: "CREATE EXTENSION gauge",
    says: [
      "CREATE EXTENSION IF NOT EXISTS gauge",
      'extension "gauge" has no installation script nor update path for version "1.0"',
    ],
  },
  {
    name: "a view of a column that the new version does not have",
    sql: VIEW,
    says: ["CREATE VIEW public.writes AS", NO_COLUMN],
  },
  {
    name: "the same by pg_upgrade",
    sql: VIEW,
    words: BY_PG_UPGRADE,
    says: ['CREATE VIEW "public"."writes" AS', NO_COLUMN],
  },
];

/** Images with one file more: an extension, whole in 15 and half in 17. */
const IMAGES = `
  printf "default_version = '1.0'\\nrelocatable = true\\n" >/tmp/gauge.control
  echo 'CREATE FUNCTION gauge() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;' >/tmp/gauge--1.0.sql
  for version in 15 17; do
    podman create -q --name made docker.io/library/postgres:$version >/dev/null
    podman cp /tmp/gauge.control made:/usr/share/postgresql/$version/extension/
    ((version > 15)) || podman cp /tmp/gauge--1.0.sql made:/usr/share/postgresql/$version/extension/
    podman commit -q made docker.io/library/postgres:$version-gauge >/dev/null
    podman rm -v made >/dev/null
  done`;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.shell(IMAGES);
  database = await Database.make(host, {
    rows: 300,
    more: ["--image", "docker.io/library/postgres:15-gauge"],
  });
  await host.pgladder("version");
  inode = host.inode("/srv/db");
});
Deno.test.afterAll(() => Host.lower(NAME));

for (const { name, says, sql, words = [] } of CASES) {
  Deno.test(`the restore fails: ${name}`, async () => {
    await database.psql("-qc", "CREATE DATABASE trial");
    await database.psql("-qc", sql, "trial");
    const before = await database.contents();

    const { code, stderr } = await host.pgladder(
      ...["upgrade", "db", "--to", "17-gauge", "--switch", "unit", "--yes"],
      ...words,
    );
    assertEquals(code, 4, stderr);
    const { stdout } = await host.pgladder("status", "db", "--json");
    const status = JSON.parse(stdout);
    assertEquals(status.step, "build");
    assertStringIncludes(stderr, 'Cannot finish the step "build": ');
    for (const words of says) {
      assertStringIncludes(stderr, words);
      assertStringIncludes(status.message, words);
    }
    assertEquals(host.inode("/srv/db.bak"), inode);
    assertEquals(
      wordsOf(readJournal(host, "/srv/db")).includes("step-started swap"),
      false,
    );
    await checkBack(before);
    await database.psql("-qc", "DROP DATABASE trial WITH (FORCE)");
  });
}

async function checkBack(before: readonly string[]) {
  const { code, stderr } = await host.pgladder("rollback", "db", "--yes");
  assertEquals(code, 0, stderr);
  assertEquals(host.inode("/srv/db"), inode);
  assertEquals(host.exists("/srv/db.bak"), false);
  assertEquals(host.exists("/srv/db.aborted"), false);
  await database.opens();
  assertEquals(await database.contents(), before);
  await database.checkServes("15");
}

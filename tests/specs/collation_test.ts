import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Database } from "./database.ts";
import { flat, Host, until } from "./host.ts";
import { readJournal } from "./journal.ts";
import { IN_ORDER, SortedHost } from "./sorted_host.ts";

/**
 * The same major version on another C library, by an upgrade or by a pull that
 * somebody has made: what depends on the order of text follows it.
 */

const NAME = "collation";
let host: Host;
let database: Database;
let sorted: SortedHost;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  sorted = await SortedHost.make(host);
  database = sorted.database;
});
Deno.test.afterAll(() => Host.lower(NAME));

const UP = ["upgrade", "db", "--to", "15-trixie", "--switch", "unit", "--yes"];

const evidence = () =>
  readJournal(host, "/srv/db").find(({ fact }) =>
    fact.type === "step-done" && fact.step === "reindex"
  )?.fact.evidence ?? {};

Deno.test("A minor upgrade on another C library rebuilds what depends on it, and so does the way back", async () => {
  const before = await sorted.files();
  const plan = await host.pgladder(...UP.with(0, "plan").slice(0, -1));
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  const page = flat(plan.stdout);
  assertStringIncludes(
    page,
    "text is sorted otherwise: the C library's 2.36 → 2.41",
  );
  assertMatch(
    page,
    /\d+ indexes in \d+ databases \(\d+ unique\) to be rebuilt/,
  );
  assertStringIncludes(page, 'the partitions of public.letters in "words"');
  assertStringIncludes(page, " 4 reindex ");
  await sorted.sound("2.36");

  const up = await host.pgladder(...UP);
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await sorted.sound("2.41");
  await sorted.checkRebuilt(before);
  await sorted.checkFound();
  const told = flat(up.stdout + up.stderr);
  assertMatch(
    told,
    /\d+ rows of the partition public\.letters_\w+ in database "words" belong into another one/,
  );
  assertStringIncludes(
    told,
    'The materialized view public.first_names in database "words" was filled by the old order',
  );
  const { figures = "" } = evidence();
  assertStringIncludes(figures, '"words: public.people_pkey"');
  assertStringIncludes(figures, '"template1: public.notes_pkey"');
  assert(!figures.includes("people_bytes"));
  const [job] = JSON.parse(figures).jobs;
  // All but the one that is no B-tree.
  assert(job.indexes_rebuilt.includes("shop: sales.customers_trgm"), figures);
  assertEquals(job.indexes_checked, job.indexes_rebuilt.length - 1, figures);
  const status = await host.pgladder("status", "db");
  assertEquals(status.code, 0, status.stdout);

  const climbed = await sorted.files();
  const down = await host.pgladder("rollback", "db", "--yes");
  assertEquals(down.code, 0, down.stderr + down.stdout);
  await sorted.sound("2.36");
  await sorted.checkRebuilt(climbed);
  await sorted.checkFound();
  assertEquals(host.list("/srv/db.pgladder"), ["history"]);
});

Deno.test("Killed, without power and turned back while indexes are rebuilt", async () => {
  await sorted.comeBack();
  const first = host.begin(...UP);
  await first.reaches("step-started reindex");
  await first.kill();
  await host.cutPower();
  await host.boot();
  const up = await host.pgladder("resume", "db");
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await database.opens();
  await sorted.sound("2.41");
  const commit = await host.pgladder("commit", "db");
  assertEquals(commit.code, 0, commit.stderr + commit.stdout);

  await sorted.comeBack();
  const second = host.begin(...UP);
  await second.reaches("step-started reindex");
  await second.kill();
  const back = host.begin("rollback", "db", "--yes");
  await back.reaches("undo-started reindex");
  await host.cutPower();
  await back.end();
  await host.boot();
  const down = await host.pgladder("resume", "db");
  assertEquals(down.code, 0, down.stderr + down.stdout);
  await database.opens();
  await sorted.sound("2.36");
  await sorted.checkFound();
});

/** What status and plan say, and what they have a person type. */
async function typed(said: string): Promise<string[]> {
  const status = await host.pgladder("status", "db");
  assertEquals(status.code, 3, status.stdout + status.stderr);
  assertStringIncludes(flat(status.stdout), said);
  assertStringIncludes(
    status.stdout,
    "Next:     pgladder upgrade db --to 15\n",
  );
  const words = ["upgrade", "db", "--to", "15", "--yes"];
  const plan = await host.pgladder(...words.with(0, "plan").slice(0, -1));
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  assertStringIncludes(plan.stdout, 'Rebuild what is sorted otherwise in "db"');
  return words;
}

/** A wrong index does not find the rows that are there, and lets them in again. */
async function doubled(): Promise<number> {
  const wrong = await sorted.inside("words", IN_ORDER);
  assertStringIncludes(wrong.stderr, "item order invariant violated");
  await sorted.inside(
    "words",
    "SET enable_seqscan = off; INSERT INTO people SELECT name, note || '2', born FROM people ON CONFLICT DO NOTHING",
  );
  const { stdout } = await sorted.inside(
    "words",
    "SELECT count(*) - count(DISTINCT name) FROM people",
  );
  const count = Number(stdout.trim());
  assert(count > 0, "the wrong index has let nothing in");
  return count;
}

/** What is asked stands on the terminal; a key of a row nowhere else. */
async function checkAsked(screen: string, count: number): Promise<void> {
  assertStringIncludes(
    screen,
    `public.people_pkey in database "words" (${count} keys in ${
      2 * count
    } rows)`,
  );
  assertMatch(
    screen,
    /→ SELECT \* FROM public\.people WHERE ctid IN \('\(\d+,\d+\)', /,
  );
  const [key = ""] = [
    ...screen.matchAll(/(\S+) → SELECT \* FROM public\.people/g),
  ]
    .map(([, shown = ""]) => shown).sort((a, b) => b.length - a.length);
  assert(key.length > 3, screen);
  const journal = host.read("/srv/db.pgladder/journal.json");
  assertStringIncludes(journal, "people_pkey");
  const status = await host.pgladder("status", "db");
  assertStringIncludes(flat(status.stdout), "people_pkey");
  // Not yet: nothing is deleted, and it asks again, where nobody sits.
  const again = await host.pgladder("resume", "db");
  assertEquals(again.code, 5, again.stdout + again.stderr);
  for (const text of [journal, status.stdout, again.stdout, again.stderr]) {
    assertEquals(text.includes(key), false, "a row's key stands there");
  }
  assertEquals(await database.isClosed(), true);
}

Deno.test("After the fact: status says so, the same tag rebuilds, and duplicates wait for a person", async () => {
  await sorted.comeBack();
  await sorted.pull("15-trixie");
  const count = await doubled();
  const words = await typed(
    "was sorted by the library's version 2.36, and the library's version 2.41 sorts it now",
  );
  const before = await sorted.files();
  const asked = await host.exec(
    ...["script", "-qec", `pgladder ${words.join(" ")}`, "/dev/null"],
  );
  assertEquals(asked.code, 5, asked.stdout + asked.stderr);
  const screen = flat(asked.stdout);
  await checkAsked(screen, count);

  // The very command that is printed, and a person's decision.
  const [, server = ""] =
    /podman exec -it (\S+) psql -U postgres -d words/.exec(screen) ?? [];
  await host.ok(
    ...["podman", "exec", server, "psql", "-U", "postgres", "-d", "words"],
    ...["-v", "ON_ERROR_STOP=1", "-c"],
    "DELETE FROM people AS p USING people AS q WHERE p.name = q.name AND p.ctid > q.ctid",
  );
  const done = await host.pgladder("resume", "db");
  assertEquals(done.code, 0, done.stdout + done.stderr);
  await sorted.sound("2.41");
  await sorted.checkRebuilt(before);
  await sorted.checkFound();
  assertEquals((await host.pgladder("status", "db")).code, 0);
  const commit = await host.pgladder("commit", "db");
  assertEquals(commit.code, 0, commit.stderr + commit.stdout);
  const nothing = await host.pgladder("upgrade", "db", "--to", "15", "--yes");
  assertStringIncludes(nothing.stdout, "Nothing to do");
});

Deno.test("Duplicates do not keep from going back to what was found", async () => {
  await sorted.comeBack();
  await sorted.pull("15-trixie");
  await doubled();
  const count = await sorted.inside("words", "SELECT count(*) FROM people");
  const asked = await host.pgladder("upgrade", "db", "--to", "15", "--yes");
  assertEquals(asked.code, 5, asked.stdout + asked.stderr);
  const down = await host.pgladder("rollback", "db", "--yes");
  assertEquals(down.code, 0, down.stdout + down.stderr);
  await database.opens();
  assertEquals(
    await sorted.inside("words", "SELECT count(*) FROM people"),
    count,
  );
  assertEquals(host.list("/srv/db.pgladder"), ["history"]);
  await typed("2.36");
});

Deno.test("Data of Alpine's musl under a Debian image, by a pull", async () => {
  await sorted.comeBack();
  // Sorted by the bytes and with no version noted, as musl leaves them.
  await sorted.pull("15-trixie");
  const up = await host.pgladder("upgrade", "db", "--to", "15", "--yes");
  assertEquals(up.code, 0, up.stdout + up.stderr);
  await host.pgladder("commit", "db");
  await sorted.inside(
    "postgres",
    "SET allow_system_table_mods = on; UPDATE pg_database SET datcollversion = NULL",
  );
  await sorted.pull("15-kept");
  const silent = await sorted.inside("words", "SELECT 1");
  assertEquals(silent.stderr, "", "nobody is warned of it");
  const words = await typed(
    "was sorted by Alpine's musl, and the library's version 2.36 sorts it now",
  );
  const done = await host.pgladder(...words);
  assertEquals(done.code, 0, done.stdout + done.stderr);
  await sorted.sound("2.36");
  await sorted.checkFound();
  await until(
    "status is content",
    async () => (await host.pgladder("status", "db")).code === 0,
  );
});

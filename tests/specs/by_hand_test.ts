import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/** Somebody starts a server by hand on the data of an open run, and writes. */

const NAME = "specs-by-hand";
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await host.save("loaded");
});
Deno.test.afterAll(() => Host.lower(NAME));

async function upgradeUntil(fact: string): Promise<void> {
  await database.opens();
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  );
  await climb.reaches(fact);
  await climb.kill();
}

/** A server on `.bak` that takes rows, as after a mistaken restart. */
async function writeByHand(first: number): Promise<void> {
  await host.shell(`
    podman run -d --name stray --network none \
      -v /srv/db.bak:/var/lib/postgresql/data docker.io/library/postgres:15 >/dev/null
    until podman exec stray pg_isready -qh 127.0.0.1; do sleep 0.1; done
    podman exec stray psql -XqU postgres -c \
      'INSERT INTO ledger (id) SELECT generate_series(${first}, ${first} + 99)'`);
}

async function stopByHand(): Promise<void> {
  await host.shell(
    "podman stop stray >/dev/null; podman rm -fv stray >/dev/null",
  );
}

async function checkUpgraded(first: number): Promise<void> {
  assertEquals(await database.version(), "17");
  assertEquals(
    await database.sql(
      `SELECT count(*) FROM ledger WHERE id BETWEEN ${first} AND ${first} + 99`,
    ),
    "100",
  );
  await database.writes();
  await database.checkLosses();
}

Deno.test("rows written on .bak after the dump are in the upgraded database", async () => {
  await upgradeUntil("step-done dump");
  await writeByHand(5_000_000);
  await stopByHand();
  const from = readJournal(host, "/srv/db").length;
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  const facts = wordsOf(readJournal(host, "/srv/db").slice(from));
  assertEquals(facts[0], "step-lapsed dump");
  assert(facts.includes("step-started dump"), facts.join("\n"));
  await checkUpgraded(5_000_000);
});

Deno.test("a server left running on .bak: refused with its container's name, then dumped and built again", async () => {
  await host.restore("loaded");
  await upgradeUntil("step-done build");
  await writeByHand(6_000_000);
  const from = readJournal(host, "/srv/db").length;
  const refused = await host.pgladder("resume", "db");
  assertEquals(refused.code, 8, refused.stderr);
  const [sentence, hint] = refused.stderr.trim().split("\n").slice(-2);
  assert(
    /^pgladder: Cannot continue at "close": "\/srv\/db\.bak" is in use by process \d+ \("\w+"\) in container "stray"/
      .test(sentence ?? ""),
    refused.stderr,
  );
  assertStringIncludes(
    hint ?? "",
    "  → pgladder expected no other process on the old data; stop it first. Nothing was touched",
  );
  assertEquals(readJournal(host, "/srv/db").length, from);
  assertEquals(await host.containers("--filter", "name=stray"), ["stray"]);

  await stopByHand();
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  const facts = wordsOf(readJournal(host, "/srv/db").slice(from));
  assert(facts.includes("step-lapsed dump"), facts.join("\n"));
  assert(facts.includes("step-started build"), facts.join("\n"));
  await checkUpgraded(6_000_000);
});

Deno.test("the new version started by hand after the swap: a rollback asks first, resume keeps the rows", async () => {
  await host.restore("loaded");
  await upgradeUntil("step-done swap");
  await host.shell(`
    podman run -d --name stray --network none \
      -v /srv/db:/var/lib/postgresql/data docker.io/library/postgres:17 >/dev/null
    until podman exec stray pg_isready -qh 127.0.0.1; do sleep 0.1; done
    podman exec stray psql -XqU postgres -c \
      'INSERT INTO ledger (id) SELECT generate_series(7000000, 7000099)'`);
  await stopByHand();
  const from = readJournal(host, "/srv/db").length;
  const refused = await host.pgladder("rollback", "db", "--yes");
  assertEquals(refused.code, 3, refused.stderr);
  assertStringIncludes(
    refused.stderr,
    "pgladder: Rollback needs confirmation: the new version has been started",
  );
  assertEquals(readJournal(host, "/srv/db").length, from);
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  await checkUpgraded(7_000_000);
});

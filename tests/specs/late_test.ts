import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/**
 * What the plan refuses, and comes about between the plan and the stop: the
 * upgrade ends in words before anything is dumped, and a rollback gives it all back.
 */

const NAME = "specs-late";
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await database.psql(
    "-qc",
    "ALTER SYSTEM SET max_prepared_transactions = 5",
  );
  await host.ok("systemctl", "restart", database.unit);
  await database.opens();
  await database.psql("-qc", "CREATE TABLE pay (id int, eur int)");
});
Deno.test.afterAll(() => Host.lower(NAME));

async function prepareLate(words: readonly string[]) {
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes", ...words],
  );
  const ended = climb.end();
  await climb.meets("the first step", () => {
    const facts = wordsOf(readJournal(host, "/srv/db"));
    return Promise.resolve(facts.includes("step-started prepare"));
  });
  await database.psql(
    "-qc",
    "BEGIN; INSERT INTO pay VALUES (2, 1000000); PREPARE TRANSACTION 'xa-1'",
  );
  return await ended;
}

for (
  const [step, ...words] of [["dump"], ["build", "--method", "pg_upgrade"]]
) {
  Deno.test(`a transaction that is prepared after the plan ends the step "${step}"`, async () => {
    const { code, stderr } = await prepareLate(words);
    assertEquals(code, 4, stderr);
    assertStringIncludes(
      stderr,
      'The transaction "xa-1" is prepared in database "postgres", and no dump has its rows',
    );
    assert(host.exists("/srv/db.bak"));
    const back = await host.pgladder("rollback", "db", "--yes");
    assertEquals(back.code, 0, back.stderr);
    await database.opens();
    assertEquals(
      await database.sql("SELECT gid FROM pg_prepared_xacts"),
      "xa-1",
    );
    await database.psql("-qc", "COMMIT PREPARED 'xa-1'");
  });
}

Deno.test("once it is committed its row comes along", async () => {
  const { code, stderr } = await host.pgladder(
    ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  );
  assertEquals(code, 0, stderr);
  assertEquals(await database.sql("SELECT sum(eur) FROM pay"), "2000000");
});

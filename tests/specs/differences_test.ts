import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";
import { changeNewCluster, type Deed } from "./private_server.ts";

/**
 * A difference that is planted in the new cluster just before the comparison
 * is found, named with what was and what is, and nothing is swapped.
 *
 * What a comparison by default cannot see is here too, so that nobody takes it
 * for more than it is: counting sees no changed value, and pg_upgrade's sizes
 * see no row that is gone or changed inside its file.
 */

const NAME = "specs-differences";
let host: Host;
let database: Database;
let inode: number | undefined;

/** A way to upgrade, by the words that ask for it. */
const WAYS = {
  "dump": [],
  "dump, checksums": ["--verify", "checksums"],
  "pg_upgrade": ["--method", "pg_upgrade"],
  "pg_upgrade, counts": ["--method", "pg_upgrade", "--verify", "counts"],
  "pg_upgrade, checksums": ["--method", "pg_upgrade", "--verify", "checksums"],
} as const;
type Way = keyof typeof WAYS;

interface Planted extends Deed {
  readonly what: string;
  /** The object, what it was and what it is, as the message names them. */
  readonly says: RegExp;
  readonly ways: readonly Way[];
}

const BOTH = ["dump", "pg_upgrade"] as const;

const PLANTED: readonly Planted[] = [
  {
    what: "a row deleted",
    database: "shop",
    sql: "DELETE FROM sales.orders WHERE id = 7",
    says:
      /: table sales\.orders in database "shop": was 600 rows, is 599 rows \(/,
    ways: ["dump", "pg_upgrade, counts"],
  },
  {
    what: "a value changed",
    database: "shop",
    sql: "UPDATE sales.orders SET total = total + 0.01 WHERE id = 7",
    says:
      /: table sales\.orders in database "shop": was 600 rows, content -?\d+ -?\d+, is 600 rows, content -?\d+ -?\d+ \(/,
    ways: ["dump, checksums", "pg_upgrade, checksums"],
  },
  {
    what: "a table emptied",
    database: "shop",
    sql: "TRUNCATE sales.orders",
    says:
      /: table sales\.orders in database "shop": was \d+ bytes, is 0 bytes \(/,
    ways: ["pg_upgrade"],
  },
  {
    what: "a sequence set back",
    database: "shop",
    sql: "SELECT setval('sales.tickets', 100)",
    says: /: sequence sales\.tickets in database "shop": was 107, is 100 \(/,
    ways: BOTH,
  },
  {
    what: "an owner changed",
    database: "shop",
    sql: "ALTER FUNCTION sales.spent(bigint) OWNER TO clerks",
    says:
      /: function sales\.spent\(bigint\) in database "shop": was OWNER keeper\b[^;]*; is OWNER clerks|: function sales\.spent.*was OWNER keeper.*, is OWNER clerks/s,
    ways: BOTH,
  },
  {
    what: "a constraint dropped",
    database: "shop",
    sql: "ALTER TABLE sales.orders DROP CONSTRAINT orders_customer_fkey",
    says:
      /: fk constraint sales\.orders orders_customer_fkey in database "shop": was .*FOREIGN KEY \(customer\).*, is not there \(/s,
    ways: BOTH,
  },
  {
    what: "a role's setting lost",
    database: "postgres",
    sql: "ALTER ROLE keeper RESET statement_timeout",
    says:
      /: setting statement_timeout of role keeper: was ALTER ROLE keeper SET statement_timeout TO '1min', is not there \(/,
    ways: BOTH,
  },
  {
    what: "a database's setting lost",
    database: "postgres",
    sql: "ALTER DATABASE shop RESET search_path",
    says:
      /ALTER DATABASE shop SET search_path TO '?sales'?, '?public'?;?.*, is /s,
    ways: ["dump"],
  },
  {
    what: "a role's password lost",
    database: "postgres",
    sql: "ALTER ROLE keeper PASSWORD NULL",
    says:
      /: role keeper: was .*PASSWORD \[removed\].*, is ALTER ROLE keeper WITH (?!.*PASSWORD)/s,
    ways: ["dump"],
  },
];

interface Unseen extends Deed {
  readonly what: string;
  readonly way: Way;
  /** Asked of the upgraded database, it comes to `is`. */
  readonly ask: string;
  readonly is: string;
}

/** What is not seen: to be found, ask for more with --verify. */
const UNSEEN: readonly Unseen[] = [
  {
    what: "by counting rows: a value changed",
    database: "shop",
    sql: "UPDATE sales.orders SET total = 0.99 WHERE id = 7",
    ask: "SELECT total FROM sales.orders WHERE id = 7",
    is: "0.99",
    way: "dump",
  },
  {
    what: "by the tables' sizes: a row deleted",
    database: "shop",
    sql: "DELETE FROM sales.orders WHERE id = 7",
    ask: "SELECT count(*) FROM sales.orders",
    is: "599",
    way: "pg_upgrade",
  },
];

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await host.pgladder("version");
  inode = host.inode("/srv/db");
});
Deno.test.afterAll(() => Host.lower(NAME));

for (const way of Object.keys(WAYS) as Way[]) {
  Deno.test(`found by ${way}, and nothing is swapped`, async (test) => {
    for (const planted of PLANTED.filter(({ ways }) => ways.includes(way))) {
      await test.step(planted.what, () => checkFound(way, planted));
    }
    await checkBack();
  });
}

/** Builds, which a failed comparison makes again, and tampers with what is compared. */
async function build(way: Way, deed: Deed) {
  const climb = host.begin(
    ...host.exists("/srv/db.bak")
      ? ["resume", "db"]
      : ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
    ...host.exists("/srv/db.bak") ? [] : WAYS[way],
  );
  const ended = climb.end();
  try {
    await changeNewCluster(host, deed);
  } catch (error) {
    const { stderr, stdout } = await ended;
    throw new Error(stdout + stderr, { cause: error });
  }
  return await ended;
}

async function checkFound(way: Way, planted: Planted) {
  const { code, stderr } = await build(way, planted);
  assertEquals(code, 4, stderr);
  assert(planted.says.test(stderr), stderr);
  assertStringIncludes(
    stderr,
    'Cannot finish the step "build": The new cluster differs from the old one in ',
  );
  await checkNothingSwapped();
}

/** The old service is what it was. */
async function checkBack() {
  const { code, stderr } = await host.pgladder("rollback", "db", "--yes");
  assertEquals(code, 0, stderr);
  assertEquals(host.inode("/srv/db"), inode);
  assertEquals(host.exists("/srv/db.bak"), false);
  await database.opens();
  await database.checkServes("15");
}

/** The old data under their name, the placeholder in their place, nobody served. */
async function checkNothingSwapped() {
  assertEquals(host.inode("/srv/db.bak"), inode);
  assert(await database.isClosed());
  const facts = wordsOf(readJournal(host, "/srv/db"));
  assertEquals(facts.includes("step-started swap"), false);
  const { code, stdout } = await host.pgladder("status", "db", "--json");
  assertEquals(code, 0);
  const { database: stands, next, state, step } = JSON.parse(stdout);
  assertEquals(state, "open");
  assertEquals(step, "build");
  assertEquals(stands.serving, false);
  assertEquals(stands.volume, "/srv/db.bak");
  assertEquals(next, ["pgladder resume db", "pgladder rollback db"]);
}

for (const [index, { ask, is, way, what, ...deed }] of UNSEEN.entries()) {
  Deno.test(`not seen ${what}`, async () => {
    if (index === 0) await host.save("15");
    else await host.restore("15");
    await database.opens();
    const { code, stderr } = await build(way, deed);
    assertEquals(code, 0, stderr);
    assertEquals((await database.psql("-Atqc", ask, "shop")).trim(), is);
  });
}

import { assert, assertEquals } from "@std/assert";
import { Database } from "./database.ts";
import { Host, sleep } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/**
 * The power goes at the worst moments: with what is in the page cache kept
 * (the host is killed) and lost (its disks go back to what was synced).
 */

const NAME = "specs-power";
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 20_000 });
  await database.probe();
  await host.save("loaded");
});
Deno.test.afterAll(() => Host.lower(NAME));

interface Cut {
  readonly name: string;
  /** The power goes when this is in the journal. */
  readonly fact: string;
  /** How long after it, in milliseconds. */
  readonly afterMs: number;
  readonly cut: () => Promise<void>;
}

const killed = async () => {
  await host.cutPower();
  await host.boot();
};
const unsyncedLost = async () => {
  await host.snapshot("cut");
  await host.restore("cut");
};

const CUTS: readonly Cut[] = [
  {
    name: "during the restore, the host is killed",
    fact: "step-started build",
    afterMs: 3000,
    cut: killed,
  },
  {
    name: "during the restore, unsynced writes are lost",
    fact: "step-started build",
    afterMs: 3000,
    cut: unsyncedLost,
  },
  {
    name: "between swap and start, the host is killed",
    fact: "step-done swap",
    afterMs: 0,
    cut: killed,
  },
  {
    name: "between swap and start, unsynced writes are lost",
    fact: "step-done swap",
    afterMs: 0,
    cut: unsyncedLost,
  },
  {
    name: "right after switch, unsynced writes are lost",
    fact: "step-done switch",
    afterMs: 0,
    cut: unsyncedLost,
  },
];

for (const { afterMs, cut, fact, name } of CUTS) {
  Deno.test(`power cut ${name}: nothing empty is served, resume completes`, async () => {
    await host.restore("loaded");
    await database.opens();
    await database.writes();
    const climb = host.begin(
      ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
    );
    await climb.reaches(fact);
    await sleep(afterMs);
    const acked = database.acked();
    assert(
      wordsOf(readJournal(host, "/srv/db")).at(-1)?.endsWith(
        fact.split(" ")[1] ?? "",
      ),
      "too late for this case",
    );
    const probes = database.probed().length;
    await cut();
    await climb.end();
    const booted = readJournal(host, "/srv/db").length;

    // Time enough for whatever the boot has started to serve.
    await sleep(3000);
    const { code, stderr } = await host.pgladder("resume", "db");
    assertEquals(code, 0, stderr);
    await database.writes();

    checkServed(database.probed(probes), acked);
    await database.checkLosses();
    assertEquals(await database.version(), "17");
    const facts = wordsOf(readJournal(host, "/srv/db").slice(booted));
    assertEquals(facts.includes("step-started build"), afterMs > 0);
    assertEquals(facts.includes("step-started dump"), false);
  });
}

/** Whoever was answered saw all rows, never fewer than before. */
function checkServed(answers: readonly string[], acked: number) {
  const served = answers.filter((answer) => answer !== "closed");
  assert(answers.length > 30, `the prober asked only ${answers.length} times`);
  assert(served.length > 0, "the prober was never answered");
  assertEquals(served.filter((answer) => !(Number(answer) >= acked)), []);
}

import { assert, assertEquals } from "@std/assert";
import type { Climb } from "./climb.ts";
import { Database } from "./database.ts";
import { Host, sleep } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/**
 * A server that does not stop within its container's ten seconds, since its
 * last checkpoint hangs: the plan's own patience holds.
 */

const NAME = "specs-slow-stop";
const UPGRADE = ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"];
/** More than podman gives a container by itself. */
const HANGS_MS = 15_000;
const HOLD = "/etc/systemd/system.control/podman-db.service.d/90-pgladder.conf";
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await database.sql(
    "CREATE UNLOGGED TABLE scratch AS SELECT generate_series(1, 500) AS id",
  );
  await host.pgladder("version");
  await host.save("loaded");
});
Deno.test.afterAll(() => Host.lower(NAME));

async function checkpointer(): Promise<string> {
  await database.opens();
  return (await host.ok("pgrep", "-f", "^postgres: checkpointer")).trim();
}

/** Once the start block is there, the stop is next: it will wait for this one. */
async function hang(climb: Climb, pid: string) {
  await climb.meets("the hold", () => Promise.resolve(host.exists(HOLD)));
  await host.ok("kill", "-STOP", pid);
}

const scratchRows = () => database.sql("SELECT count(*) FROM scratch");

Deno.test("a stop that takes longer than the container's ten seconds is waited for", async () => {
  const pid = await checkpointer();
  const climb = host.begin(...UPGRADE);
  await hang(climb, pid);
  await sleep(HANGS_MS);
  assertEquals(
    wordsOf(readJournal(host, "/srv/db")).at(-1),
    "step-started close",
  );
  await host.ok("kill", "-CONT", pid);
  const { code, stderr, stdout } = await climb.end();
  assertEquals(code, 0, stderr);
  assert(!/not shut down cleanly/.test(stdout + stderr), stdout + stderr);
  assertEquals(await scratchRows(), "500");
  await database.checkServes("17");
});

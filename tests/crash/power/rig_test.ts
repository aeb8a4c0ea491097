import { assert, assertEquals } from "@std/assert";
import { Database } from "../../specs/database.ts";
import { Host, sleep } from "../../specs/host.ts";
import { readJournal, wordsOf } from "../../specs/journal.ts";
import { Tally } from "../../tally.ts";
import { UPGRADE } from "../rig/upgrade.ts";

/**
 * A whole host loses its power during a real upgrade: while one runs, its
 * disks are cloned again and again; afterwards each clone is booted twice, to
 * go on once and back once. PGLADDER_RIG_CUTS says how many clones are tried;
 * none where it is not set, since each takes a minute.
 */
const CUTS = Number(Deno.env.get("PGLADDER_RIG_CUTS") ?? "0");

const NAME = "crash-power";
const APART_MS = 300;
const CLONES_MAX = 150;

const tried = new Tally("rig: power cuts at any time");
let host: Host;
let database: Database;
let inode: number | undefined;
/** Labels of the clones to try. */
let clones: readonly string[] = [];

if (CUTS > 0) {
  Deno.test.beforeAll(async () => {
    host = await Host.raise(NAME);
    database = await Database.make(host, { rows: 5000 });
    await host.pgladder("version");
    await database.probe();
    await database.writes();
    inode = host.inode("/srv/db");
    // What the rig and the image have just written is not what is tested.
    await host.ok("sync");
    clones = await cloneAlong();
  });
  Deno.test.afterAll(async () => {
    tried.end();
    await Host.lower(NAME);
  });
}

/** One upgrade, and its disks as they were all along. */
async function cloneAlong(): Promise<string[]> {
  let running = true;
  const climb = host.begin(...UPGRADE);
  const end = climb.end().then((output) => {
    running = false;
    return output;
  });
  const all: string[] = [];
  while (running && all.length < CLONES_MAX) {
    const label = `cut-${all.length}`;
    await host.snapshot(label);
    all.push(label);
    await sleep(APART_MS);
  }
  const { code, stderr } = await end;
  assertEquals(code, 0, stderr);
  const every = Math.max(1, all.length / CUTS);
  return all.filter((_, index) =>
    Math.floor(index / every) !== Math.floor((index - 1) / every)
  );
}

for (let number = 0; number < CUTS; number++) {
  for (const then of ["resume", "rollback"] as const) {
    Deno.test(`the power goes, ${number + 1} of ${CUTS}, then ${then}`, async () => {
      const clone = clones[number];
      await tried.try(async () => {
        if (clone === undefined) throw new Error("The upgrade was too fast");
        await tryClone(clone, then);
      });
    });
  }
}

async function tryClone(label: string, then: "resume" | "rollback") {
  await host.restore(label);
  // Time for the boot to start whatever it starts, and for that to serve.
  await sleep(3000);
  const begun = host.exists("/srv/db.pgladder/journal.json");
  const facts = wordsOf(readJournal(host, "/srv/db"));
  if (begun) {
    const { code, stderr, stdout } = await host.pgladder(
      ...["status", "db", "--json"],
    );
    assertEquals(code, 0, stderr);
    assert(JSON.parse(stdout).database.words !== "");
    const words = then === "resume"
      ? ["resume", "db"]
      : ["rollback", "db", "--yes", "--confirm", "db"];
    const output = await host.pgladder(...words);
    assertEquals(output.code, 0, output.stdout + output.stderr);
  }
  await database.opens();
  const up = begun && then === "resume";
  assertEquals(await database.version(), up ? "17" : "15");
  assertEquals(host.inode(up ? "/srv/db.bak" : "/srv/db"), inode);
  await database.writes();
  // What the new version took is lost by the operator's own word.
  if (!up && facts.includes("step-started start")) return;
  checkServed(database.probed());
  assertEquals((await database.losses()).code, 0);
}

/** Whoever was answered saw all rows that anybody saw before. */
function checkServed(answers: readonly string[]) {
  const counts = answers.filter((answer) => answer !== "closed").map(Number);
  assert(counts.length > 0, "nobody was ever answered");
  const fewer = counts.filter((count, at) => !(count >= (counts[at - 1] ?? 0)));
  assertEquals(fewer, []);
}

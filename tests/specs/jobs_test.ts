import { assert, assertEquals } from "@std/assert";
import type { Climb } from "./climb.ts";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { readJournal, runOf, wordsOf } from "./journal.ts";

/** What takes long runs in jobs that outlive pgladder. */

let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-jobs");
  database = await Database.make(host, { rows: 60_000 });
});
Deno.test.afterAll(() => Host.lower("specs-jobs"));

/** Identifier and name of each container that works on a step. */
async function jobsOf(step: string, ...options: string[]): Promise<string[]> {
  const lines = await host.ok(
    ...["podman", "ps", ...options, "--no-trunc", "--format"],
    "{{.ID}} {{.Names}}",
  );
  return lines.split("\n").filter((line) => line.includes(`-${step}-`)).sort();
}

/** Kills pgladder as soon as all containers of the step are at work. */
async function killDuring(
  climb: Climb,
  step: string,
  containers: number,
): Promise<string[]> {
  await climb.meets(
    `the jobs of ${step}`,
    async () => (await jobsOf(step)).length === containers,
  );
  await climb.kill();
  return await jobsOf(step);
}

/** Every container of the step that is seen until the step is done. */
async function seenUntilDone(climb: Climb, step: string): Promise<string[]> {
  const from = readJournal(host, "/srv/db").length;
  const seen = new Set<string>();
  const facts = () => wordsOf(readJournal(host, "/srv/db").slice(from));
  await climb.meets(`the end of ${step}`, async () => {
    for (const job of await jobsOf(step, "-a")) seen.add(job);
    return facts().includes(`step-done ${step}`);
  });
  return [...seen].sort();
}

Deno.test("kill -9 during the dump, and during the restore: resume goes on with the same job", async () => {
  const words = ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"];
  const dump = await killDuring(host.begin(...words), "dump", 2);
  assertEquals(dump.length, 2, "the dump's job has died with pgladder");

  // The one that resumed the dump is the one that is killed in the restore: a
  // kill in between could leave a container that had not begun to work.
  const second = host.begin("resume", "db");
  assertEquals(await seenUntilDone(second, "dump"), dump);
  const build = await killDuring(second, "build", 1);
  assertEquals(build.length, 1, "the build's job has died with pgladder");
  const run = runOf(readJournal(host, "/srv/db"));
  assert(build[0]?.endsWith(` pgladder-${run}-build-1`), build[0]);

  const third = host.begin("resume", "db");
  assertEquals(await seenUntilDone(third, "build"), build);
  const { code, stderr } = await third.end();
  assertEquals(code, 0, stderr);
  const facts = wordsOf(readJournal(host, "/srv/db"));
  for (const step of ["dump", "build"]) {
    assertEquals(facts.filter((it) => it === `step-started ${step}`).length, 1);
    assertEquals(facts.includes(`step-failed ${step}`), false);
  }
  assertEquals(await database.version(), "17");
  await database.writes();
  await database.checkLosses();
});

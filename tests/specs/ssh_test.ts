import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Climb } from "./climb.ts";
import { Database } from "./database.ts";
import { Host, sleep, until } from "./host.ts";
import { readJournal, runOf, wordsOf } from "./journal.ts";

/** Connections that are lost, and signals: long work never dies of them. */

const NAME = "specs-ssh";
const UPGRADE = ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"];
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 60_000 });
  await host.pgladder("version");
  await host.save("loaded");
});
Deno.test.afterAll(() => Host.lower(NAME));

async function begin() {
  await host.restore("loaded");
  await database.opens();
  await database.writes();
}

/** Identifier and name of each container that works on a step. */
async function jobsOf(step: string): Promise<string[]> {
  const lines = await host.ok(
    ...["podman", "ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}"],
  );
  return lines.split("\n").filter((line) => line.includes(`-${step}-`)).sort();
}

async function meetsJobs(step: string, count: number): Promise<string[]> {
  await until(
    `the jobs of ${step}`,
    async () => (await jobsOf(step)).length === count,
    120,
  );
  return await jobsOf(step);
}

const facts = () => wordsOf(readJournal(host, "/srv/db"));
const climbs = async (words: string) =>
  (await host.exec("pgrep", "-f", words)).code === 0;

/** From then on it listens: before, a signal is the end of any program. */
function isLocked(): boolean {
  const inode = host.inode("/srv/db.pgladder/lock");
  return Deno.readTextFileSync("/proc/locks").includes(`:${inode} `);
}

/** Resumes to the end: nothing was done twice, and no row is lost. */
async function resumes() {
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  await checkUpgraded();
}

async function checkUpgraded() {
  for (const step of ["dump", "build"]) {
    const started = facts().filter((it) => it === `step-started ${step}`);
    assertEquals(started.length, 1, facts().join("\n"));
  }
  assertEquals(await database.version(), "17");
  await database.writes();
  await database.checkLosses();
}

Deno.test("a dropped connection: pgladder stops in order, the jobs go on, resume finds them", async () => {
  await begin();
  const climb = host.beginOverSsh(...UPGRADE);
  await climb.reaches("step-started dump");
  const before = await meetsJobs("dump", 2);
  await climb.kill();
  await until(
    "pgladder has ended",
    async () => !await climbs("upgrade db --to"),
  );
  const after = await jobsOf("dump");
  assertEquals(after.filter((job) => !before.includes(job)), []);
  assert(after.length > 0, "the jobs have died with the connection");
  assertEquals(facts().at(-1), "step-started dump");
  await resumes();
});

Deno.test("--detach: the upgrade outlives its connection, status --follow shows it to its end", async () => {
  await begin();
  const begun = await host.beginOverSsh(...UPGRADE, "--detach").end();
  assertEquals(begun.code, 0, begun.stdout);
  const run = runOf(readJournal(host, "/srv/db"));
  assertStringIncludes(begun.stdout, `pgladder-${run}-climb.service`);
  const watched = host.beginOverSsh("status", "db", "--follow");
  await meetsJobs("dump", 2);
  await watched.kill();

  const { code, stdout } = await host.pgladder("status", "db", "--follow");
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, "build started");
  assertStringIncludes(stdout, "PostgreSQL 17");
  await checkUpgraded();
});

Deno.test("kill -9 of all under --detach: the job goes on, resume finds it", async () => {
  await begin();
  const begun = await host.pgladder(...UPGRADE, "--detach");
  assertEquals(begun.code, 0, begun.stderr);
  const run = runOf(readJournal(host, "/srv/db"));
  const unit = `pgladder-${run}-climb.service`;
  const before = await meetsJobs("build", 1);
  await host.ok("systemctl", "kill", "--signal=KILL", unit);
  await until(
    "the climb is dead",
    async () => await host.unitState(unit) !== "active",
  );
  assertEquals(await jobsOf("build"), before);
  await resumes();
});

Deno.test("HUP, INT and TERM: each stops it in order with its own exit code, the jobs go on", async () => {
  await begin();
  const stop = async (climb: Climb, signal: Deno.Signal, code: number) => {
    const began = Date.now();
    const output = await climb.kill(signal);
    assertEquals(output.code, code, output.stderr);
    assertStringIncludes(
      output.stderr,
      `pgladder: Stopped by ${signal}; the journal is sound, jobs go on`,
    );
    assert(Date.now() - began < 10_000, "it took its time");
  };
  const first = host.begin(...UPGRADE);
  const dump = await meetsJobs("dump", 2);
  await stop(first, "SIGHUP", 129);
  assert((await jobsOf("dump")).every((job) => dump.includes(job)));
  const second = host.begin("resume", "db");
  const build = await meetsJobs("build", 1);
  await stop(second, "SIGINT", 130);
  assertEquals(await jobsOf("build"), build);
  const third = host.begin("resume", "db");
  await third.meets("its lock", () => Promise.resolve(isLocked()));
  await stop(third, "SIGTERM", 143);
  assertEquals(await jobsOf("build"), build);
  await resumes();
});

Deno.test("the second signal ends it at once, in the middle of a move", async () => {
  await begin();
  // A writer that takes its time to stop.
  await host.shell(`
    mkdir -p /etc/systemd/system/app-app.service.d
    printf '%s\\n' '[Service]' 'ExecStop=/usr/bin/sleep 15' \
      >/etc/systemd/system/app-app.service.d/slow.conf
    systemctl daemon-reload`);
  const climb = host.begin(...UPGRADE);
  await climb.reaches("step-started stop-writers");
  await sleep(1000);
  const pid = await climb.pid();
  Deno.kill(pid, "SIGTERM");
  await sleep(2000);
  assert(await climbs("upgrade db --to"), "the first one has ended it at once");
  const began = Date.now();
  Deno.kill(pid, "SIGTERM");
  const { code } = await climb.end();
  assertEquals(code, 143);
  assert(Date.now() - began < 2000, "the second one did not");
  assertEquals(facts().at(-1), "step-started stop-writers");
  await resumes();
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Climb } from "./climb.ts";
import { Database } from "./database.ts";
import { difference, footprint } from "./footprint.ts";
import { Host, type Output, sleep, until } from "./host.ts";

/** A whole upgrade on a copy, while an application writes: nothing is touched. */

const NAME = "specs-rehearse";
const WORDS = ["rehearse", "db", "--to", "17", "--switch", "unit"];
const RECORD = "/srv/db.pgladder/rehearsal.json";
const DIRECTORY = "/srv/db.pgladder/rehearsal";
const MIB = 1024 ** 2;

let host: Host;
let database: Database;
/** Everything that the host has of pgladder and of its own, before the first. */
let before: string[];
let served: string;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 500 });
  await host.pgladder("version");
  // The copy waits for a checkpoint, which takes its time on purpose.
  await database.sql("CHECKPOINT");
  before = await footprint(host);
  served = await serving();
});
Deno.test.afterAll(() => Host.lower(NAME));

interface Record {
  readonly method: string;
  readonly downtimeMs?: number;
  readonly failure?: { readonly step: string; readonly reason: string };
  readonly steps: readonly { readonly id: string; readonly ms: number }[];
  readonly phases: {
    readonly [job: string]: { readonly [phase: string]: number };
  };
  readonly space: { readonly upgradeBytes: number };
}

/** What the last rehearsal by dump has said, in milliseconds. */
let predicted = 0;

const recordOf = (): Record => JSON.parse(host.read(RECORD));

/** Which volume, which life of the service, which of the application. */
async function serving(): Promise<string> {
  const lives = await host.ok(
    ...["systemctl", "show", database.unit, database.app],
    ...["-p", "InvocationID,NRestarts,DropInPaths,ActiveState"],
  );
  return `${host.inode("/srv/db")}\n${lives}`;
}

/** The service never noticed, and of the rehearsal only its record is left. */
async function checkUntouched(left: readonly string[]) {
  assertEquals(await serving(), served);
  assertEquals(host.exists("/var/lib/app-app/refused"), false);
  await database.checkServes("15");
  const { gone, new: added } = difference(before, await footprint(host));
  // Of a directory beside the volume its line tells the inode, too.
  assertEquals([gone, added.map((line) => line.split(" ")[1])], [[], left]);
}

const NOTHING: readonly string[] = [];
const ITS_RECORD = ["/srv/db.pgladder", "/srv/db.pgladder"];

/** The times between the application's commits since then, in milliseconds. */
function pausesSince(from: number): number[] {
  const times = host.read("/var/lib/app-app/acked").trim().split("\n")
    .map((line) => Number(line.split(" ")[1]) * 1000)
    .filter((at) => at >= from);
  return times.slice(1).map((at, index) => at - (times[index] ?? at))
    .sort((a, b) => a - b);
}

/** For whoever reads along; what is measured depends on the machine. */
function print(line: string) {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function tell(what: string, pauses: readonly number[]) {
  const at = (part: number) =>
    Math.round(pauses[Math.floor(pauses.length * part)] ?? NaN);
  print(
    `  ${what}: ${pauses.length} commits, one each 100 ms; median ${
      at(0.5)
    } ms, 99th percentile ${at(0.99)} ms`,
  );
}

/** Until the job of a step is at work. */
async function reaches(climb: Climb, job: string) {
  await climb.meets(
    `its job ${job} is at work`,
    () => Promise.resolve(host.exists(`${DIRECTORY}/job/${job}/run`)),
  );
}

/** However its lines are broken. */
function checkSays({ stderr, stdout }: Output, words: string) {
  assertStringIncludes((stderr + stdout).replace(/\s+/g, " "), words);
}

Deno.test("It refuses where it would leave too little to the live database", async () => {
  const output = await host.pgladder(...WORDS, "--keep-free", "1000000");
  assertEquals(output.code, 3, output.stderr);
  checkSays(output, "977 GiB stay free for the live database, but ");
  await checkUntouched(NOTHING);
});

Deno.test("Stopped by SIGTERM in the middle, it leaves nothing", async () => {
  const climb = host.begin(...WORDS);
  await reaches(climb, "dump-1");
  const output = await climb.kill("SIGTERM");
  assertEquals(output.code, 143, output.stderr);
  checkSays(output, "Stopped by SIGTERM: the service runs on");
  await checkUntouched(NOTHING);
});

Deno.test("Killed in the middle, it keeps an upgrade from beginning until it is cleaned up", async () => {
  const climb = host.begin(...WORDS, "--method", "pg_upgrade");
  await reaches(climb, "close-1");
  for (const words of [WORDS, ["upgrade", ...WORDS.slice(1), "--yes"]]) {
    const output = await host.pgladder(...words);
    assertEquals(output.code, 6, output.stderr);
    checkSays(
      output,
      words === WORDS ? "another pgladder" : "is being rehearsed",
    );
  }
  await climb.kill("SIGKILL");
  assert(host.exists(DIRECTORY));

  const upgrade = await host.pgladder("upgrade", ...WORDS.slice(1), "--yes");
  assertEquals(upgrade.code, 3, upgrade.stderr);
  checkSays(upgrade, "Remove what it left with pgladder rehearse db --clean");
  const clean = await host.pgladder("rehearse", "db", "--clean");
  assertEquals([clean.code, clean.stdout], [
    0,
    "Removed what a rehearsal had left.\n",
  ], clean.stderr);
  await checkUntouched(NOTHING);
});

Deno.test("Its jobs end by themselves once nobody watches the disk", async () => {
  const isAtWork = async () =>
    (await host.ok("podman", "ps", "--format", "{{.Names}}"))
      .includes("-build-1\n");
  const climb = host.begin(...WORDS);
  await climb.meets("its last job is at work", isAtWork);
  await climb.freeze();
  try {
    // As if it had been silent for long.
    await host.ok("touch", "-d", "-2min", `${DIRECTORY}/lease/lease`);
    await until("it has ended", async () => !await isAtWork());
  } finally {
    await climb.thaw();
  }
  const output = await climb.end();
  assertEquals(output.code, 1, output.stderr);
  checkSays(output, "Cannot rehearse: its container ");
  checkSays(output, "is gone without a result");
  await checkUntouched(NOTHING);
});

Deno.test("It stops by itself before the live disk falls below the floor", async () => {
  const free = Number(await host.ok("stat", "-f", "-c", "%a", "/srv")) *
    Number(await host.ok("stat", "-f", "-c", "%S", "/srv")) / MIB;
  // More than it may need, less than somebody else is about to take.
  const floor = Math.floor(free - 3 * 1024);
  const climb = host.begin(...WORDS, "--keep-free", String(floor));
  await reaches(climb, "dump-1");
  await host.ok("fallocate", "-l", "2900M", "/srv/others");
  const output = await climb.end();
  await host.ok("rm", "/srv/others");
  assertEquals(output.code, 1, output.stderr);
  checkSays(output, "The rehearsal stopped by itself: ");
  await checkUntouched(NOTHING);
});

for (const method of ["dump", "pg_upgrade"]) {
  Deno.test(`By ${method}: it says what an upgrade takes, and leaves its figures alone`, async () => {
    await host.shell(`rm -f ${RECORD}`);
    const quiet = Date.now();
    await sleep(20_000);
    tell("before", pausesSince(quiet));
    const begun = Date.now();
    const output = await host.pgladder(...WORDS, "--method", method);
    tell("during", pausesSince(begun));
    assertEquals(output.code, 0, output.stderr);
    checkSays(output, "Downtime to expect: ");
    const record = recordOf();
    assertEquals(record.method, method);
    assertEquals(
      record.steps.map(({ id }) => id),
      [
        ...["stop-writers", "close", ...(method === "dump" ? ["dump"] : [])],
        ...["build", "swap", "switch", "start", "start-writers"],
      ],
    );
    const sum = record.steps.reduce((sum, { ms }) => sum + ms, 0);
    assertEquals(record.downtimeMs, sum);
    if (method === "dump") predicted = sum;
    print(`  ${record.steps.map(({ id, ms }) => `${id} ${ms}`).join(", ")} ms`);
    const job = method === "dump" ? "build" : "pg_upgrade";
    assert((record.phases[job]?.["analyze"] ?? 0) > 0, host.read(RECORD));
    assert(record.space.upgradeBytes > MIB, host.read(RECORD));
    await checkUntouched(ITS_RECORD);

    const plan = await host.pgladder(
      ...["plan", ...WORDS.slice(1), "--method", method],
    );
    assertEquals(plan.code, 0, plan.stderr);
    checkSays(plan, " UTC, a downtime of ");
    checkSays(plan, " needed (as rehearsed), ");
  });
}

Deno.test("What the upgrade would fail of is said with its statement, while all runs on", async () => {
  await database.psql(
    "-qc",
    `CREATE TABLE bounds AS SELECT 10 AS top;
     CREATE FUNCTION is_low(int) RETURNS bool LANGUAGE sql AS 'SELECT $1 <= (SELECT top FROM bounds)';
     CREATE TABLE low (n int CHECK (is_low(n)));
     INSERT INTO low VALUES (7); CHECKPOINT`,
  );
  const output = await host.pgladder(...WORDS);
  assertEquals(output.code, 1, output.stderr);
  checkSays(output, 'The upgrade would fail in its step "build": ');
  checkSays(output, 'relation "bounds" does not exist');
  checkSays(output, 'COPY low, line 1: "7"');
  assertEquals(recordOf().failure?.step, "build");
  await checkUntouched(ITS_RECORD);
  const plan = await host.pgladder("plan", ...WORDS.slice(1));
  checkSays(plan, 'it failed in "build": ');
  checkSays(plan, "Fix its cause, then rehearse again");
  await database.sql("DROP TABLE low; DROP FUNCTION is_low; DROP TABLE bounds");
});

Deno.test("An upgrade after it goes as any, and leaves the figures there", async () => {
  const begun = Date.now();
  const up = await host.pgladder("upgrade", ...WORDS.slice(1), "--yes");
  assertEquals(up.code, 0, up.stderr);
  await database.checkServes("17");
  const downtime = Math.max(...pausesSince(begun));
  print(
    `  downtime: predicted ${predicted} ms, seen by the application ${
      Math.round(downtime)
    } ms`,
  );
  const commit = await host.pgladder("commit", "db", "--confirm", "db");
  assertEquals(commit.code, 0, commit.stderr);
  assertEquals(host.list("/srv/db.pgladder"), ["history", "rehearsal.json"]);
});

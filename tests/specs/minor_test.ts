import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { flat, Host } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/**
 * The same major version: the short ladder. The rig's image 15-next is another
 * build of 15, as a newer minor version is.
 */

const NAME = "minor";
const IMAGE = "docker.io/library/postgres";
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await host.save("before");
});
Deno.test.afterAll(() => Host.lower(NAME));

async function comeBack(): Promise<void> {
  await host.restore("before");
  await database.opens();
  await database.writes();
}

async function idOf(reference: string): Promise<string> {
  const words = ["image", "inspect", "--format", "{{.Id}}", reference];
  return (await host.ok("podman", ...words)).trim();
}

async function checkRuns(id: string): Promise<void> {
  const words = ["inspect", "--format", "{{.Image}}", "db"];
  assertEquals((await host.ok("podman", ...words)).trim(), id);
  assertEquals(await database.version(), "15");
  await database.writes();
  await database.checkLosses();
}

const UP = ["upgrade", "db", "--to", "15-next", "--switch", "unit", "--yes"];
const SHORT = [
  "prepare",
  "stop-writers",
  "close",
  "switch",
  "start",
  "start-writers",
];

Deno.test("A minor upgrade: six steps, the volume stays, and back without a loss", async () => {
  const unit = host.read(database.unitFile);
  const volume = host.inode("/srv/db");
  const [old, next] = [
    await idOf(`${IMAGE}:15`),
    await idOf(`${IMAGE}:15-next`),
  ];
  const plan = await host.pgladder(...UP.with(0, "plan").slice(0, -1));
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  assertStringIncludes(flat(plan.stdout), " ok version 15.");
  assertStringIncludes(flat(plan.stdout), ", a minor upgrade ");

  const up = await host.pgladder(...UP);
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await checkRuns(next);
  assertEquals(host.inode("/srv/db"), volume);
  assertEquals(
    wordsOf(readJournal(host, "/srv/db"))
      .filter((word) => word.startsWith("step-done "))
      .map((word) => word.slice("step-done ".length)),
    SHORT,
  );
  assertEquals(host.exists("/srv/db.bak"), false);
  assertEquals(host.read(database.unitFile), unit.replace(":15", ":15-next"));

  // Nothing is lost, so nothing is asked but whether to begin.
  const down = await host.pgladder("rollback", "db", "--yes");
  assertEquals(down.code, 0, down.stderr + down.stdout);
  await checkRuns(old);
  assertEquals(host.inode("/srv/db"), volume);
  assertEquals(host.read(database.unitFile), unit);
  assertEquals(host.list("/srv/db.pgladder"), ["history"]);
});

Deno.test("A minor upgrade that is killed and loses its power goes on, and is committed", async () => {
  await comeBack();
  const next = await idOf(`${IMAGE}:15-next`);
  const first = host.begin(...UP);
  await first.reaches("step-done close");
  await first.kill();
  const second = host.begin("resume", "db");
  await second.reaches("step-started start");
  await host.cutPower();
  await second.end();
  await host.boot();
  const third = await host.pgladder("resume", "db");
  assertEquals(third.code, 0, third.stderr + third.stdout);
  await checkRuns(next);
  const commit = await host.pgladder("commit", "db");
  assertEquals(commit.code, 0, commit.stderr + commit.stdout);
  assertEquals(host.list("/srv/db.pgladder"), ["history"]);
  await checkRuns(next);
});

Deno.test("A floating tag: its digest says whether there is anything to do", async () => {
  await comeBack();
  const old = await idOf(`${IMAGE}:15`);
  const next = await idOf(`${IMAGE}:15-next`);
  const same = await host.pgladder("plan", "db", "--to", "15");
  assertEquals(same.code, 0, same.stderr + same.stdout);
  assertStringIncludes(same.stdout, "Nothing to do");
  // Somebody has pulled a newer build.
  await host.ok("podman", "tag", next, `${IMAGE}:15`);
  const plan = await host.pgladder("plan", "db", "--to", "15");
  assertEquals(plan.code, 0, plan.stderr + plan.stdout);
  for (const id of [old, next]) {
    assert(plan.stdout.includes(id.slice(0, 12)), plan.stdout);
  }
  const unit = host.read(database.unitFile);
  const up = await host.pgladder("upgrade", "db", "--to", "15", "--yes");
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await checkRuns(next);
  const down = await host.pgladder("rollback", "db", "--yes");
  assertEquals(down.code, 0, down.stderr + down.stdout);
  await checkRuns(old);
  assertEquals(await idOf(`${IMAGE}:15`), old);
  assertEquals(host.read(database.unitFile), unit);
});

Deno.test("A tag that somebody has reverted: status and plan say what to do", async () => {
  await comeBack();
  const up = await host.pgladder(
    ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  );
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await host.shell(
    `sed -i 's/postgres:17/postgres:15/' ${database.unitFile}; systemctl daemon-reload`,
  );
  const found =
    `podman-db.service would run ${IMAGE}:15 (PostgreSQL 15), but "/srv/db" holds a cluster of 17, on which that does not start`;
  const remedy =
    'Name an image of PostgreSQL 17 in the configuration again, then type "systemctl daemon-reload"';
  const open = await host.pgladder("status", "db");
  assertStringIncludes(
    open.stdout,
    `  ! ${found}\n    ${remedy}; or go back with "pgladder rollback db"\n`,
  );
  const commit = await host.pgladder("commit", "db", "--confirm", "db");
  assertEquals(commit.code, 0, commit.stderr + commit.stdout);
  const closed = await host.pgladder("status", "db");
  assertEquals(closed.code, 3, closed.stderr);
  const said = flat(closed.stdout);
  assertStringIncludes(
    said,
    "at its next start it would not serve: the image that its configuration names is PostgreSQL 15, its data are of 17",
  );
  assertStringIncludes(said, `Name ${IMAGE}:17 instead of ${IMAGE}:15 in`);
  const plan = await host.pgladder("plan", "db", "--to", "18");
  assertEquals(plan.code, 3, plan.stdout);
  assertStringIncludes(flat(plan.stdout), `REFUSE unit ${found} `);
  // Once it is down, the data are upgraded where they lie.
  await host.exec("systemctl", "restart", database.unit);
  const down = await host.pgladder("plan", "db", "--to", "18");
  assertEquals(down.code, 0, down.stdout + down.stderr);
  assertStringIncludes(
    flat(down.stdout),
    "A rollback leads back to what was found, which does not serve",
  );
});

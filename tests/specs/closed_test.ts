import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host, sleep, until } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/** From `close` on nothing serves or initialises, whatever starts whatever. */

const NAME = "specs-closed";
const OLD_PLACE = "/var/lib/postgresql/data";
const NEW_PLACE = "/var/lib/postgresql";
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await database.probe();
});
Deno.test.afterAll(() => Host.lower(NAME));

/** A server by hand on the volume, as somebody in a hurry would start it. */
async function runByHand(tag: string, place: string): Promise<void> {
  const name = `by-hand-${tag}`;
  await host.exec(
    ...["podman", "run", "-d", "--name", name, "-p", "127.0.0.1:5432:5432"],
    ...["-e", "POSTGRES_PASSWORD=rig-db", "-v", `/srv/db:${place}`],
    `docker.io/library/postgres:${tag}`,
  );
  await until(`the end of ${name}`, async () => {
    const state = await host.ok(
      ...["podman", "inspect", "--format", "{{.State.Running}}", name],
    );
    return state.trim() === "false";
  });
  await host.ok("podman", "rm", "-fv", name);
}

/** The unit and its dependants, as systemd and people start them. */
async function startUnits(): Promise<void> {
  await host.exec("systemctl", "start", database.app);
  await host.exec("systemctl", "start", database.unit);
  // Without its start block it is tried again and again.
  await sleep(3000);
}

interface Attempt {
  readonly name: string;
  readonly make: () => Promise<unknown>;
}

const UNITS: readonly Attempt[] = [
  { name: "the units", make: startUnits },
  {
    name: "a boot",
    make: async () => {
      await host.cutPower();
      await host.boot();
      await startUnits();
    },
  },
];

/** Makes each attempt, with the start blocks and without. */
async function tryAll(byHand: readonly Attempt[]): Promise<void> {
  const files = await host.files("/srv/db");
  const from = database.probed().length;
  const attempt = async ({ make, name }: Attempt) => {
    await make();
    assertEquals(await database.isClosed(), true, `${name} serves`);
    assertEquals(
      await host.files("/srv/db"),
      files,
      `${name} changed the volume`,
    );
  };
  for (const each of [...UNITS, ...byHand]) await attempt(each);
  await host.ok("rm", "-r", "/etc/systemd/system.control");
  await host.ok("systemctl", "daemon-reload");
  for (const each of UNITS) await attempt(each);
  await sleep(300);
  const answers = database.probed(from);
  assert(answers.length > 20, `the prober asked only ${answers.length} times`);
  assertEquals([...new Set(answers)], ["closed"]);
}

Deno.test("closed: a blocked unit says what to do, and what depends on it is skipped", async () => {
  const climb = host.begin(
    ...["upgrade", "db", "--to", "18", "--switch", "unit", "--yes"],
  );
  await climb.reaches("step-done close");
  await climb.kill();
  const unit = await host.exec("systemctl", "start", database.unit);
  assertEquals(unit.code, 1);
  const status = await host.exec("systemctl", "status", database.unit);
  assertStringIncludes(
    status.stdout,
    "AssertPathExists=/srv/db.pgladder/closed-until-pgladder-resume-or-rollback",
  );
  await host.exec("systemctl", "start", database.app);
  assertEquals(await host.unitState(database.app), "inactive");
});

Deno.test("closed: units, old and new image by hand, a boot; with the start blocks and without: nothing serves", async () => {
  await tryAll([
    { name: "15 by hand", make: () => runByHand("15", OLD_PLACE) },
    { name: "18 by hand", make: () => runByHand("18", NEW_PLACE) },
    { name: "18 at the old place", make: () => runByHand("18", OLD_PLACE) },
  ]);
});

Deno.test("closed: resume repairs the start blocks and goes on; after the swap nothing old serves", async () => {
  const from = readJournal(host, "/srv/db").length;
  const climb = host.begin("resume", "db");
  await climb.reaches("step-done swap");
  await climb.kill();
  const facts = wordsOf(readJournal(host, "/srv/db").slice(from));
  assert(facts.includes("step-mended close"), facts.join("\n"));
  assert(facts.includes("step-mended stop-writers"), facts.join("\n"));
  assertEquals(facts.filter((fact) => fact.includes("lapsed")), []);
  await tryAll([
    { name: "15 by hand", make: () => runByHand("15", OLD_PLACE) },
  ]);
});

Deno.test("closed: resume completes all the same, and no row is lost", async () => {
  const from = database.probed().length;
  const acked = database.acked();
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  await database.writes();
  assertEquals(await database.version(), "18");
  await database.checkLosses();
  const served = database.probed(from).filter((answer) => answer !== "closed");
  assertEquals(served.filter((answer) => !(Number(answer) >= acked)), []);
  assertEquals(host.exists("/etc/systemd/system.control"), false);
});

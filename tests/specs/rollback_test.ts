import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { Database } from "./database.ts";
import { difference, footprint } from "./footprint.ts";
import { Host, until } from "./host.ts";
import { readJournal, runOf, wordsOf } from "./journal.ts";

/**
 * An upgrade that is killed after each step: what `status` says there, and
 * the way back from there.
 */

const STEPS = [
  "prepare",
  "stop-writers",
  "close",
  "dump",
  "build",
  "swap",
  "switch",
  "start",
  "start-writers",
] as const;
type Step = typeof STEPS[number];

let host: Host;
let database: Database;
let before: {
  footprint: string[];
  inode: number | undefined;
  unitFile: string;
};
/** What was acknowledged to the application when it was stopped. */
let acked: number[] = [];

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-rollback");
  database = await Database.make(host, { rows: 300 });
  await host.pgladder("version");
  await host.ok("sync");
  before = {
    footprint: await footprint(host),
    inode: host.inode("/srv/db"),
    unitFile: host.read(database.unitFile),
  };
});
Deno.test.afterAll(() => Host.lower("specs-rollback"));

/** What is true of the database once the step is done. */
function truthAfter(step: Step) {
  const done = STEPS.indexOf(step);
  const serving = done < STEPS.indexOf("close") ||
    done >= STEPS.indexOf("start");
  const upgraded = done >= STEPS.indexOf("swap");
  return {
    serving,
    version: upgraded ? "17" : "15",
    volume: serving || upgraded ? "/srv/db" : "/srv/db.bak",
    ...(upgraded ? { kept: "/srv/db.bak" } : {}),
  };
}

interface Status {
  readonly run: string;
  readonly state: string;
  readonly step: string | null;
  readonly steps: { readonly id: string; readonly status: string }[];
  readonly database: {
    readonly serving: boolean;
    readonly version: string;
    readonly volume: string;
    readonly kept?: string;
    readonly words: string;
  };
  readonly next: string[];
  readonly journal: string;
}

async function status(...prefix: string[]): Promise<Status> {
  const output = await host.exec(
    ...[...prefix, "pgladder", "status", "db", "--json"],
  );
  assertEquals(output.code, 0, output.stderr);
  return JSON.parse(output.stdout) as Status;
}

async function checkStatus(step: Step): Promise<void> {
  const truth = truthAfter(step);
  // Looked at by other means first, so that the table above is no guess.
  assertEquals(!await database.isClosed(), truth.serving, "serving");
  assertEquals(
    host.read(`${truth.volume}/PG_VERSION`).trim(),
    truth.version,
    "version",
  );
  const found = await status();
  const { words, ...rest } = found.database;
  assertEquals(rest, truth);
  assertStringIncludes(
    words,
    `PostgreSQL ${truth.version} ${
      truth.serving ? "serves" : "does not serve"
    }`,
  );
  const done = STEPS.indexOf(step);
  const last = done === STEPS.length - 1;
  assertEquals(found.step, STEPS[done + 1] ?? null);
  assertEquals(
    found.steps.map(({ id, status }) => [id, status]),
    STEPS.map((id, index) => [id, index <= done ? "done" : "pending"]),
  );
  assertEquals(found.state, last ? "upgraded" : "open");
  assertEquals(
    found.next,
    [
      last ? "pgladder commit db" : "pgladder resume db",
      "pgladder rollback db",
    ],
  );
  assertEquals(found.run, runOf(readJournal(host, "/srv/db")));
  const text = (await host.pgladder("status", "db")).stdout;
  assertStringIncludes(text, `\nDatabase: ${words}.\n`);
  assertStringIncludes(text, `\nNext:     ${found.next.join("   or   ")}\n`);
  assertEquals(
    await host.ok("jq", ".format.name", found.journal),
    `"pgladder-journal"\n`,
  );
  // Neither the runtime nor systemd need to work, nor to be there.
  const crippled = [
    ...["unshare", "-m", "bash", "-cu"],
    `for program in podman docker systemctl busctl; do
       path=$(command -v $program) && mount --bind /bin/false "$path"
     done
     exec "$@"`,
    "crippled",
  ];
  assertEquals(await status(...crippled), found);
}

Deno.test("status tells the truth after each step, with podman and systemd broken, too", async () => {
  const words = ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"];
  for (const step of STEPS) {
    const from = readJournal(host, "/srv/db").length;
    const climb = from === 0
      ? host.begin(...words)
      : host.begin("resume", "db");
    await climb.reaches(`step-done ${step}`, { from });
    await climb.kill();
    assertEquals(
      wordsOf(readJournal(host, "/srv/db")).at(-1),
      `step-done ${step}`,
    );
    if (step === "stop-writers") acked = ackedIds();
    await checkStatus(step);
    await host.snapshot(step);
  }
});

function ackedIds(): number[] {
  return host.read("/var/lib/app-app/acked").trim().split("\n")
    .map((line) => Number(line.split(" ")[0]));
}

/** The service is what it was, and nothing of pgladder is left. */
async function checkRolledBack(step: Step, started: boolean): Promise<void> {
  assertEquals(host.inode("/srv/db"), before.inode);
  assertEquals(host.read(database.unitFile), before.unitFile);
  // Before the close, nobody waits for a server that the boot is starting.
  await database.opens();
  assertEquals(await database.version(), "15");
  await database.writes();
  if (step === "start-writers") {
    // Rows that the new version took are not served: that was confirmed.
    const there = new Set(
      (await database.sql("SELECT id FROM ledger")).split("\n").map(Number),
    );
    assertEquals(acked.filter((id) => !there.has(id)), []);
  } else {
    await database.checkLosses();
  }
  const { gone, new: left } = difference(
    before.footprint,
    await footprint(host),
  );
  assertEquals(gone, []);
  const allowed = [
    /^beside \/srv\/db\.pgladder \d+ 700 0 0$/,
    /^named \/srv\/db\.pgladder$/,
    /^named \/var\/lib\/pgladder$/,
    /^state \/var\/lib\/pgladder\/runs$/,
    ...(started
      ? [
        /^beside \/srv\/db\.aborted \d+ 700 999 \d+$/,
        /^state \/var\/lib\/pgladder\/runs\/[\w-]+\.json$/,
      ]
      : []),
  ];
  assertEquals(left.filter((it) => !allowed.some((ok) => ok.test(it))), []);
  assertEquals(host.list("/srv/db.pgladder"), ["history"]);
  assertEquals(host.exists("/srv/db.aborted"), started);
}

for (const step of STEPS.slice(0, STEPS.indexOf("start"))) {
  Deno.test(`rollback after "${step}": the old service, nothing of pgladder left`, async () => {
    if (step === "switch") await switchOnce();
    else await host.restore(step);
    const { code, stderr } = await host.pgladder("rollback", "db", "--yes");
    assertEquals(code, 0, stderr);
    await checkRolledBack(step, false);
  });
}

/** Without a boot in between, which would start the new version. */
async function switchOnce(): Promise<void> {
  await host.restore("swap");
  const climb = host.begin("resume", "db");
  await climb.reaches("step-done switch");
  await climb.kill();
}

// A boot after "switch" starts the new version without pgladder.
for (const step of ["switch", "start", "start-writers"] as const) {
  Deno.test(`rollback after "${step}" and a boot: refused without a word, then names the loss, keeps .aborted`, async () => {
    await host.restore(step);
    await database.opens();
    if (step === "start-writers") await database.writes();
    const journal = readJournal(host, "/srv/db").length;
    const running = await runs();
    const refused = await host.pgladder("rollback", "db", "--yes");
    assertEquals(refused.code, 3, refused.stderr);
    assertStringIncludes(
      refused.stderr,
      "pgladder: Rollback needs confirmation: the new version has been started, and the old one would not have what was written since\n" +
        "  → If you accept that, add --confirm db; the new data will be kept in /srv/db.aborted\n",
    );
    assertEquals(await runs(), running);
    assertEquals(readJournal(host, "/srv/db").length, journal);

    const agreed = await host.pgladder("rollback", "db", "--confirm", "db");
    assertEquals(agreed.code, 0, agreed.stderr);
    assertMatch(
      agreed.stderr,
      /since the new version was started it has taken \d+ transactions \(\d+ bytes of WAL\), which the old data do not have\. They would be kept in \/srv\/db\.aborted/,
    );
    await checkRolledBack(step, true);
    const commit = await host.pgladder("commit", "db", "--confirm", "db");
    assertEquals(commit.code, 0, commit.stderr);
    assertEquals(host.exists("/srv/db.aborted"), false);
    assertEquals(host.list("/var/lib/pgladder/runs"), []);
  });
}

/** What runs, and since when: nothing may have been started again. */
async function runs(): Promise<string> {
  await until(
    "the units have settled",
    async () => await host.unitState(database.unit) === "active",
  );
  return await host.shell(`
    systemctl show -p ActiveState,ExecMainStartTimestampMonotonic,NRestarts ${database.unit} ${database.app}
    podman ps --no-trunc --format '{{.ID}} {{.Names}}' --filter name=^db$`);
}

Deno.test("rollback without --yes and without a terminal asks for it, and changes nothing", async () => {
  await host.restore("dump");
  const refused = await host.pgladder("rollback", "db");
  assertEquals(refused.code, 3, refused.stderr);
  assertStringIncludes(
    refused.stderr,
    "pgladder: Not confirmed; nothing was changed\n" +
      "  → There is no terminal to ask on. Add --yes\n",
  );
  assert(wordsOf(readJournal(host, "/srv/db")).at(-1) === "step-done dump");
});

import { assert, assertEquals } from "@std/assert";
import { Database } from "../../specs/database.ts";
import { difference, footprint } from "../../specs/footprint.ts";
import { Host, type Output, until } from "../../specs/host.ts";
import { readJournal, wordsOf } from "../../specs/journal.ts";
import { type BlowName, BLOWS } from "./blows.ts";

/**
 * A real host at every moment of an upgrade: each line of the journal is hit
 * by each blow, then it goes on, or back. PGLADDER_MOMENTS says how many
 * moments are tried, spread evenly over all; none where it is not set, since
 * each takes half a minute.
 */

const FACTS = [
  "run-planned",
  ...[
    "prepare",
    "stop-writers",
    "close",
    "dump",
    "build",
    "swap",
    "switch",
    "start",
    "start-writers",
  ].flatMap((step) => [`step-started ${step}`, `step-done ${step}`]),
];

interface Moment {
  readonly fact: string;
  readonly blow: BlowName;
  readonly then: "resume" | "rollback";
}

const ALL: readonly Moment[] = FACTS.flatMap((fact) =>
  (Object.keys(BLOWS) as BlowName[]).flatMap((blow) =>
    (["resume", "rollback"] as const)
      .filter(() => BLOWS[blow].fits(fact))
      .map((then) => ({ fact, blow, then }))
  )
);

function chosen(): readonly Moment[] {
  const wanted = Deno.env.get("PGLADDER_MOMENTS") ?? "0";
  const count = wanted === "all" ? ALL.length : Number(wanted);
  if (count === 0) return [];
  const every = Math.max(1, ALL.length / count);
  return ALL.filter((_, index) =>
    Math.floor(index / every) !== Math.floor((index - 1) / every)
  );
}

const MOMENTS = chosen();
let host: Host;
let database: Database;
let before: { footprint: string[]; inode: number | undefined; unit: string };

if (MOMENTS.length > 0) {
  Deno.test.beforeAll(async () => {
    host = await Host.raise("crash-moments");
    database = await Database.make(host, { rows: 300 });
    await host.pgladder("version");
    await database.writes();
    before = {
      footprint: await footprint(host),
      inode: host.inode("/srv/db"),
      unit: host.read(database.unitFile),
    };
    await host.save("ready");
  });
  Deno.test.afterAll(() => Host.lower("crash-moments"));
}

for (const { blow, fact, then } of MOMENTS) {
  Deno.test(`${blow} at "${fact}", then ${then}`, async () => {
    await host.restore("ready");
    await database.opens();
    await database.writes();
    const climb = host.begin(
      ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
    );
    await climb.reaches(fact);
    await BLOWS[blow].strike(host, climb);
    await neverTwoServers();
    const words = wordsOf(readJournal(host, "/srv/db"));
    if (then === "resume") await goOn(words);
    else await goBack(words);
  });
}

/** A run that ended before it was planned is begun again, as a person would. */
async function goOn(words: readonly string[]) {
  if (words.length === 0) return await goBack(words);
  await again(() => host.pgladder("resume", "db"));
  assertEquals(await database.version(), "17");
  assertEquals(host.inode("/srv/db.bak"), before.inode);
  await nothingLost();
  const { stdout } = await host.pgladder("status", "db", "--json");
  assertEquals(JSON.parse(stdout).state, "upgraded");
}

async function goBack(words: readonly string[]) {
  if (words.length > 0) {
    await again(() => host.pgladder("rollback", "db", "--confirm", "db"));
  }
  await database.opens();
  assertEquals(await database.version(), "15");
  assertEquals(host.inode("/srv/db"), before.inode);
  assertEquals(host.read(database.unitFile), before.unit);
  await database.writes();
  // What the new version took is lost by the operator's own word.
  if (!host.exists("/srv/db.aborted")) await nothingLost();
  const { gone, new: left } = difference(
    before.footprint,
    await footprint(host),
  );
  assertEquals(gone, []);
  const ours = /^(container|image|volume|unit|configuration) /;
  assertEquals(left.filter((line) => ours.test(line)), []);
}

/** A person tries twice before giving up. */
async function again(deed: () => Promise<Output>) {
  let output = await deed();
  if (output.code !== 0) output = await deed();
  assertEquals(output.code, 0, output.stdout + output.stderr);
}

async function nothingLost() {
  await database.opens();
  await database.writes();
  const losses = await database.losses();
  assertEquals(losses.code, 0, losses.stdout);
}

/** By the processes alone: no two postmasters work in one directory. */
async function neverTwoServers() {
  // A postmaster's command line is a path; its children's say what they do.
  const found = await host.shell(`
    for pid in $(pgrep -x postgres); do
      tr '\\0' ' ' </proc/$pid/cmdline 2>/dev/null | grep -q '^postgres: ' ||
        stat -Lc '%d:%i' /proc/$pid/cwd 2>/dev/null
    done || true`);
  const directories = found.trim().split("\n").filter(Boolean);
  assert(
    new Set(directories).size === directories.length,
    `two servers share a directory: ${found}`,
  );
  await until(
    "systemd answers",
    async () =>
      (await host.exec("systemctl", "is-system-running")).stdout.trim() !== "",
  );
}

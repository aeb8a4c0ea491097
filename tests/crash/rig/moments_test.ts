import { assert, assertEquals } from "@std/assert";
import type { Climb } from "../../specs/climb.ts";
import { Database } from "../../specs/database.ts";
import { difference, footprint } from "../../specs/footprint.ts";
import { Host, type Output, sleep } from "../../specs/host.ts";
import { journalPath, readJournal, wordsOf } from "../../specs/journal.ts";
import { Tally } from "../../tally.ts";
import { type Blow, type BlowName, blowOf, type Way } from "./blows.ts";
import { checkStatus, damageOf } from "./checks.ts";
import { chosen, nameOf, type Place, PLACES, rigName } from "./moment.ts";
import { ServerWatch } from "./servers.ts";
import { UPGRADE } from "./upgrade.ts";

/**
 * A real host at every moment of an upgrade: each place is hit by each blow,
 * then it goes on, and once more, then it goes back. PGLADDER_MOMENTS says
 * which, see moment.ts; none where it is not set, since each way takes half a
 * minute. PGLADDER_METHOD says by which method.
 */
const MOMENTS = chosen();
/** Back first: then the host stands where the next upgrade can begin. */
const WAYS: readonly Way[] = ["rollback", "resume"];
/** A host for each choice, so that several can be tried at once. */
const NAME = rigName();
/** Time for the boot to start whatever it starts, in milliseconds. */
const BOOTED_MS = 2000;

type Disk = "root" | "ext4";
const diskOf = (blow: BlowName): Disk => blowOf(blow).disk ?? "root";

/** A host before its upgrade, by the disk that its volume lies on. */
interface Ground {
  readonly label: string;
  readonly database: Database;
  readonly footprint: readonly string[];
  readonly inode: number | undefined;
  readonly unit: string;
}

const count = { lostRows: 0, emptyAnswers: 0, shared: 0 };
const ways = new Tally("rig: moments, gone on or back from");
let host: Host;
const grounds: Partial<Record<Disk, Ground>> = {};
/** Where the host stands now, before an upgrade; else it is put back first. */
let standing: Ground | undefined;
/** Labels of the disks without power, in the order of PLACES. */
let cuts: readonly string[] = [];

if (MOMENTS.length > 0) {
  Deno.test.beforeAll(async () => {
    host = await Host.raise(NAME, "--disk", "ext4", "--size", "2G");
    await host.pgladder("version");
    await host.save("bare");
    const needs = (disk: Disk) =>
      MOMENTS.some(({ blow }) => diskOf(blow) === disk);
    if (needs("root")) grounds.root = await ground("root", "/srv/db");
    if (MOMENTS.some(({ blow }) => blow === "power cut")) cuts = await cutAll();
    if (!needs("ext4")) return;
    await host.restore("bare");
    grounds.ext4 = await ground("ext4", "/srv/ext4/db");
  });
  Deno.test.afterAll(async () => {
    await Host.lower(NAME);
    const { emptyAnswers, lostRows, shared } = count;
    // deno-lint-ignore no-console
    console.log(
      `rig: ${MOMENTS.length} moments, gone on or back from ${ways.tried} times: ${lostRows} acknowledged rows lost, ${emptyAnswers} answers of an empty or older cluster, ${shared} directories shared by servers, ${ways.wrong} violations in all`,
    );
    ways.end();
  });
}

for (const { blow, place } of MOMENTS) {
  for (const way of WAYS) {
    Deno.test(
      `${blow} at ${nameOf(place)}, then ${way}`,
      () => ways.try(() => watched(() => tryMoment(blow, place, way))),
    );
  }
}

/** Whatever is done: never two servers on one directory. */
async function watched(deed: () => Promise<void>) {
  const watch = new ServerWatch(NAME);
  try {
    await deed();
  } finally {
    const { looks, shared } = await watch.end();
    count.shared += shared.length;
    assert(looks > 0);
    assertEquals(shared, [], "two servers share a directory");
  }
}

async function ground(label: string, dir: string): Promise<Ground> {
  const database = await Database.make(host, { rows: 300, dir });
  await database.probe();
  await database.writes();
  await host.save(label);
  return {
    label,
    database,
    footprint: await footprint(host),
    inode: host.inode(dir),
    unit: host.read(database.unitFile),
  };
}

/** One upgrade, and its disks as a power cut would leave them at each place. */
async function cutAll(): Promise<string[]> {
  const climb = host.begin(...UPGRADE);
  const labels: string[] = [];
  for (const [number, { afterMs, fact }] of PLACES.entries()) {
    await climb.reaches(fact);
    await sleep(afterMs);
    const label = `cut-${number}`;
    await host.snapshot(label);
    labels.push(label);
  }
  const { code, stderr } = await climb.end();
  assertEquals(code, 0, stderr);
  return labels;
}

async function tryMoment(name: BlowName, place: Place, way: Way) {
  const ground = grounds[diskOf(name)];
  if (ground === undefined) throw new Error("Its ground was not made");
  const { database } = ground;
  const stands = standing === ground && blowOf(name).strike !== undefined;
  const from = stands ? database.probed().length : 0;
  standing = undefined;
  if (blowOf(name).strike === undefined) {
    await host.restore(cuts[PLACES.indexOf(place)] ?? "");
    await sleep(BOOTED_MS);
  } else {
    if (!stands) await host.restore(ground.label);
    await hit(ground, { name, place, way });
  }
  const { volume } = database;
  const begun = host.exists(journalPath(volume));
  const words = wordsOf(readJournal(host, volume));
  if (begun) await checkStatus(host);
  const given = way === "rollback" && words.includes("step-started start");
  if (way === "resume") await goOn(ground, begun);
  else await goBack(ground, begun, blowOf(name));
  const damage = await damageOf({ database, given, from });
  count.lostRows += damage.lostRows;
  count.emptyAnswers += damage.emptyAnswers;
  assertEquals(damage, { lostRows: 0, emptyAnswers: 0 });
  // What a server by hand has written to is kept, and refuses the next upgrade.
  const kept = host.exists(`${volume}.aborted`);
  if (way === "rollback" && !given && !kept) standing = ground;
}

async function hit(
  { database }: Ground,
  { name, place, way }: { name: BlowName; place: Place; way: Way },
) {
  const blow = blowOf(name);
  await database.opens();
  await database.writes();
  const climb: Climb = blow.over === "ssh"
    ? host.beginOverSsh(...UPGRADE)
    : host.begin(...UPGRADE);
  await climb.reaches(place.fact, { volume: database.volume });
  await sleep(place.afterMs);
  await blow.strike?.(host, climb, way);
}

/** A run that ended before it was planned is begun again, as a person would. */
async function goOn({ database, inode }: Ground, begun: boolean) {
  await again(() => host.pgladder(...begun ? ["resume", "db"] : UPGRADE));
  // After its last step a server that a boot has started may yet recover.
  await database.opens();
  assertEquals(await database.version(), "17");
  assertEquals(host.inode(`${database.volume}.bak`), inode);
  await database.writes();
  const { stdout } = await host.pgladder("status", "db", "--json");
  assertEquals(JSON.parse(stdout).state, "upgraded");
}

async function goBack(
  { database, footprint: before, inode, unit }: Ground,
  begun: boolean,
  { repair, takes }: Blow,
) {
  const words = ["rollback", "db", "--yes", "--confirm", "db"];
  if (begun && repair !== undefined) {
    // It can be written down before, while no server could be started yet.
    const climb = host.begin(...words);
    await climb.reaches("run-turned-back", { volume: database.volume });
    await repair(host);
    await climb.end();
  }
  // Where it came to its end, the journal is in the history already.
  if (host.exists(journalPath(database.volume))) {
    await again(() => host.pgladder(...words));
  }
  await database.opens();
  assertEquals(await database.version(), "15");
  assertEquals(host.inode(database.volume), inode);
  assertEquals(host.read(database.unitFile), unit);
  await database.writes();
  const { gone, new: left } = difference(before, await footprint(host));
  assertEquals(gone.filter((line) => takes?.test(line) !== true), []);
  const ours = /^(container|image|volume|unit|configuration) /;
  assertEquals(left.filter((line) => ours.test(line)), []);
}

/** A person tries twice before giving up. */
async function again(deed: () => Promise<Output>) {
  let output = await deed();
  if (output.code !== 0) output = await deed();
  assertEquals(output.code, 0, output.stdout + output.stderr);
}

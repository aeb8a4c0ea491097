import { dirname, fromFileUrl } from "@std/path";
import { run } from "../specs/host.ts";
import {
  type Case,
  casesFor,
  type Disk,
  sizesIn,
  WAYS,
  WAYS_BESIDE,
} from "./case.ts";
import { chartOf } from "./chart.ts";
import { BESIDE, Ground, KEPT, ONLY, volumeOf } from "./ground.ts";
import { downtimeIn, type Measured, Watch } from "./measured.ts";
import { tableOf, verdicts } from "./table.ts";

/**
 * Measures what an upgrade costs, by hand and by pgladder, in one run on one
 * host: `make bench`. After each case table and picture are written again.
 */

const HOME = dirname(fromFileUrl(import.meta.url));
const SIZES = Deno.env.get("BENCH_SIZES") ?? "100M,1536M,6G";
const DISKS = Deno.env.get("BENCH_DISKS") ?? "xfs,ext4";
/** How often each case is measured, one round after the other. */
const ROUNDS = Number(Deno.env.get("BENCH_ROUNDS") ?? 1);
/** No case begins after so many minutes of measuring. */
const MINUTES = Number(Deno.env.get("BENCH_MINUTES") ?? 25);
/** One sentence more below the table, as of other work on the machine. */
const REMARK = Deno.env.get("BENCH_REMARK");
/** Where table and picture go; a trial must not overwrite the real ones. */
const OUT = Deno.env.get("BENCH_OUT") ?? HOME;

function say(line: string) {
  Deno.stderr.writeSync(
    new TextEncoder().encode(
      `${new Date().toTimeString().slice(0, 8)} ${line}\n`,
    ),
  );
}

async function measure(ground: Ground, it: Case): Promise<Measured> {
  const { host } = ground;
  const bytes = await ground.prepare(it.disk, it.mib);
  if (it.way.before !== undefined) {
    await host.rig("psql", "bench", "db", "-qc", it.way.before);
  }
  const volume = volumeOf(it.disk, it.mib);
  const words = it.way.words.map((word) => word === "VOLUME" ? volume : word);
  const [first = "", ...rest] = words;
  const climb = first.startsWith("pgladder")
    ? host.beginBy(first, ...rest)
    : undefined;
  const began = Date.now();
  const watch = await Watch.begin(
    host.path(`/srv/${it.disk}`),
    () => climb?.pid(),
  );
  const output = await (climb?.end() ?? host.exec(...words));
  const totalMs = Date.now() - began;
  const peaks = watch.end();
  if (output.code !== 0) {
    throw new Error(
      `${
        words.join(" ")
      } ended with ${output.code}:\n${output.stdout}${output.stderr}`,
    );
  }
  await ground.check();
  const downtimeMs = downtimeIn(ground.acked(), began / 1000);
  return { ...it, bytes, totalMs, downtimeMs, ...peaks };
}

async function notes(): Promise<string[]> {
  const { stdout } = await run([
    "sh",
    "-c",
    "nproc; free -g | awk '/^Mem/ { print $2 }'; date -u +%F",
  ]);
  const [processors, memory, day] = stdout.trim().split("\n");
  return [
    `\`make bench\`, ${day}, ${processors} processors, ${memory} GiB of memory, one host for all; PostgreSQL 15 to 17; each case on the same data, once, its pages in memory.`,
    "Downtime: between two rows that an application was acknowledged which writes ten a second.",
    "The four indexes are not over text. One that is must be rebuilt where the C library sorts otherwise, which a bare pg_upgrade does not do: the row with such an index shows it.",
    "pg_upgradecluster is not in the table: it wants both versions' packages on one host, and a Debian release has one version.",
    "Bare pg_upgrade: stop, initdb, pg_upgrade, start, nothing compared, and with --link no way back.",
    "--copy, pgcopydb and the index over text were tried up to 2 GiB, the last two on XFS alone.",
    ...(REMARK === undefined ? [] : [REMARK]),
  ];
}

// A folder of one's own need not be there yet.
Deno.mkdirSync(OUT, { recursive: true });
const disks = DISKS.split(",") as Disk[];
const sizes = sizesIn(SIZES);
const ground = await Ground.raise(sizes, disks, say);
const measured: Measured[] = [];
const missing: string[] = [];
const began = Date.now();
const ways = BESIDE === undefined ? WAYS : [...WAYS, ...WAYS_BESIDE];
const cases = Array(ROUNDS).fill(casesFor(sizes, disks, ways)).flat();
for (const it of cases as Case[]) {
  if (ONLY !== undefined && !ONLY.includes(it.way.id)) continue;
  const words = `${it.mib} MiB, ${it.disk}, ${it.way.name}`;
  if (Date.now() - began > MINUTES * 60_000) {
    missing.push(`Not tried, for want of time: ${words}.`);
    continue;
  }
  try {
    const found = await measure(ground, it);
    measured.push(found);
    say(`${words}: ${found.downtimeMs} ms down, ${found.totalMs} ms in all`);
  } catch (error) {
    say(`${words}: ${error instanceof Error ? error.message : error}`);
    missing.push(`It failed: ${words}.`);
  }
  const table = tableOf(measured, [
    ...await notes(),
    ...verdicts(measured),
    ...missing,
  ]);
  Deno.writeTextFileSync(`${OUT}/results.md`, table);
  Deno.writeTextFileSync(`${OUT}/downtime.svg`, chartOf(measured));
}
// As the sources are, so that it can be kept beside them.
await run([Deno.execPath(), "fmt", "--quiet", `${OUT}/results.md`]);
say(Deno.readTextFileSync(`${OUT}/results.md`));
if (!KEPT) await run([`${HOME}/../rig/rig`, "down", "bench"]);
Deno.exit(missing.some((it) => it.startsWith("It failed")) ? 1 : 0);

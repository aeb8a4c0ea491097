import { dirname, fromFileUrl } from "@std/path";
import { Host, run, until } from "../specs/host.ts";
import { program } from "../specs/program.ts";
import type { Disk } from "./case.ts";

const HOME = dirname(fromFileUrl(import.meta.url));
const RIG = `${HOME}/../rig/rig`;
const LOADED = "loaded";
/** Keep the host with its data, and use it again. */
export const KEPT = Deno.env.get("BENCH_KEEP") !== undefined;
/** Another build of pgladder, to be measured beside this one. */
export const BESIDE = Deno.env.get("BENCH_BESIDE");
/** What the data are: `load.sql`, or with BENCH_SHAPE=text or many a file of that name. */
export const SHAPE = Deno.env.get("BENCH_SHAPE");
const LOAD = SHAPE === undefined ? "load.sql" : `load_${SHAPE}.sql`;
/** Identifiers of ways; all where nothing is said. */
export const ONLY = Deno.env.get("BENCH_WAYS")?.split(",");
/** Measured: table and indexes, and a cluster without them. */
const ROWS_PER_MIB = 3600;
const EMPTY_MIB = 40;

/**
 * A host with the data of every size on every disk. They are loaded once and
 * kept as a snapshot, which is restored for each case.
 */
export class Ground {
  private constructor(readonly host: Host) {}

  static async raise(
    sizes: readonly number[],
    disks: readonly Disk[],
    say: (line: string) => void,
  ): Promise<Ground> {
    const options = disks.flatMap((disk) => ["--disk", disk]);
    if (KEPT && await isLoaded()) {
      say("the host of an earlier run is used again");
      return new Ground(await Host.again("bench"));
    }
    const room = sizes.reduce((sum, mib) => sum + mib, 0) +
      3 * Math.max(...sizes) + 4096;
    const ground = new Ground(
      await Host.raise("bench", ...options, "--size", `${room}M`),
    );
    await ground.#load(sizes, disks, say);
    return ground;
  }

  async #load(
    sizes: readonly number[],
    disks: readonly Disk[],
    say: (line: string) => void,
  ) {
    const { host } = this;
    const [first, ...others] = disks;
    if (first === undefined) return;
    for (const name of Deno.readDirSync(`${HOME}/host`)) {
      await host.rig(
        "put",
        "bench",
        `${HOME}/host/${name.name}`,
        "/usr/local/lib/bench/",
      );
    }
    if (ONLY?.includes("pgcopydb") ?? true) await installPgcopydb(host, say);
    for (const mib of sizes) {
      say(`loading ${mib} MiB`);
      const volume = volumeOf(first, mib);
      const settings = ["wal_level=minimal", "max_wal_senders=0", "fsync=off"];
      await host.rig(
        ...["db", "bench", "db", "--tag", "15", "--dir", volume],
        ...settings.flatMap((it) => ["--cmd", "-c", "--cmd", it]),
      );
      const rows = String(Math.max(1000, (mib - EMPTY_MIB) * ROWS_PER_MIB));
      await host.rig("put", "bench", `${HOME}/${LOAD}`, "/tmp/load.sql");
      await host.rig(
        "psql",
        "bench",
        "db",
        "-q",
        "-v",
        `rows=${rows}`,
        "-f",
        "/tmp/load.sql",
      );
      await host.ok("systemctl", "disable", "--now", "podman-db.service");
      for (const disk of others) {
        await host.ok("cp", "-a", volume, volumeOf(disk, mib));
      }
    }
    await host.save(LOADED);
  }

  /** As after a boot, with the data's pages in memory as a server has them. */
  async prepare(disk: Disk, mib: number): Promise<number> {
    const { host } = this;
    const volume = volumeOf(disk, mib);
    await host.restore(LOADED);
    await host.rig("put", "bench", await program(), "/usr/local/bin/pgladder");
    if (BESIDE !== undefined) {
      const place = "/usr/local/bin/pgladder-beside";
      await host.rig("put", "bench", BESIDE, place);
    }
    await host.rig("db", "bench", "db", "--tag", "15", "--dir", volume);
    await host.rig("app", "bench", "app", "--db", "db");
    await host.shell(`find ${volume} -type f -exec cat {} + >/dev/null; sync`);
    return Number((await host.ok("du", "-sb", volume)).split("\t")[0]);
  }

  acked(): string {
    return this.host.read("/var/lib/app-app/acked");
  }

  /** The new version serves the rows, the application writes, nothing is lost. */
  async check(): Promise<void> {
    const before = this.acked().length;
    await until("the application writes", () => this.acked().length > before);
    const { stdout } = await this.host.rig(
      ...["psql", "bench", "db", "-Atqc"],
      "SHOW server_version; SELECT max(id) > 0 FROM orders",
    );
    if (!/^17\.\d+.*\nt\n$/.test(stdout)) {
      throw new Error(`Not what was to be served: ${stdout}`);
    }
    await this.host.rig("losses", "bench", "app");
  }
}

async function isLoaded(): Promise<boolean> {
  const { stdout } = await run([RIG, "list"]);
  if (!/^bench /m.test(stdout)) return false;
  return (await run([RIG, "restore", "bench", LOADED])).code === 0;
}

export function volumeOf(disk: Disk, mib: number): string {
  return `/srv/${disk}/db-${mib}`;
}

/** From Debian; a machine without a way there goes without. */
async function installPgcopydb(host: Host, say: (line: string) => void) {
  const root = host.path("/");
  const { code, stderr } = await run([
    ...["bash", "-c"],
    `cat /etc/resolv.conf >"$1/etc/resolv.conf" && chroot "$1" sh -c 'apt-get update -q && apt-get install -qy --no-install-recommends pgcopydb'; code=$?; : >"$1/etc/resolv.conf"; exit $code`,
    "pgcopydb",
    root,
  ]);
  if (code !== 0) say(`no pgcopydb: ${stderr.trim().split("\n").at(-1)}`);
}

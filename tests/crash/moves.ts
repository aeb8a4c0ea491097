import { startAlone } from "../fake/unmanaged.ts";
import { baseOf, insert, versionOf } from "../fake/cluster.ts";
import { lineOf } from "../fake/database_unit.ts";
import { type Cut, put } from "../fake/disk.ts";
import { libcOf } from "../fake/libc.ts";
import { reboot } from "../fake/reboot.ts";
import type { FakeContainer } from "../fake/runtime.ts";
import { APPLICATION } from "../fake/scenario_world.ts";
import { stopServer } from "../fake/server.ts";
import type { World } from "../fake/world.ts";
import {
  elsewhereOf,
  OBSTACLES,
  pathOf,
  resultOfAnother,
} from "./obstacles.ts";

/**
 * What the world does between two lives of pgladder. What stands in its way
 * afterwards, a person takes away once it was refused: the repair.
 */
export type Move = (world: World) => Repair | void;
/** Too late: the run has ended without it. */
export type Repair = (world: World, late: boolean) => void;

const boots =
  (cut: Cut | undefined, wiped: boolean, bare = false): Move => (world) => {
    reboot(world, { cut, wiped, bare });
    world.pass(3);
  };

/** By a person's own hand, past systemd. */
function startByHand(world: World, path: string): FakeContainer | undefined {
  const data = world.disk.directoryAt(path);
  if (data === undefined || isUsed(world, path)) return undefined;
  const { active } = world.systemd.units.get(world.unit) ??
    { active: isUpAlone(world) ? "active" : "inactive" };
  if (active !== "inactive" && active !== "failed") return undefined;
  // Nor while a rebuild is about to start the unit.
  if (world.systemd.transients.size > 0) return undefined;
  const deeper = world.disk.directoryAt(`${path}/18/docker`);
  const major = deeper === undefined ? versionOf(data) : "18";
  const image = configuredOf(world, Number(major)) ??
    `docker.io/library/postgres:${/^\d+$/.test(major ?? "") ? major : "17"}`;
  if (world.runtime.imageOf(image) === undefined) return undefined;
  world.runtime.remove("by-hand");
  const container = world.runtime.create({
    name: "by-hand",
    image,
    mounts: [{
      source: path === world.volume ? world.volumeName ?? path : path,
      mountPath: `/var/lib/postgresql${deeper === undefined ? "/data" : ""}`,
    }],
  });
  world.runtime.begin(container);
  world.pass(2);
  return container;
}

/** What the configuration names, where it is of that version. */
function configuredOf(world: World, major: number): string | undefined {
  const image = lineOf(world.systemd.units.get(world.unit)?.text ?? "")?.image;
  return image !== undefined && world.runtime.imageOf(image)?.major === major
    ? image
    : undefined;
}

/** It runs, or its runtime is about to start it again. */
function isUpAlone({ container, runtime }: World): boolean {
  const found = runtime.find(container);
  if (found === undefined) return false;
  const comesBack = found.restart !== "no" && !found.resting;
  return found.process !== undefined || comesBack;
}

/** Somebody is at work there: nobody would start a second one by hand. */
function isUsed(world: World, path: string): boolean {
  const node = world.disk.directoryAt(path);
  return world.runtime.running().some(({ mounts }) =>
    mounts.some((mount) => mount.node === node)
  );
}

/** New rows through it; whoever wrote them was told that they are safe. */
function writeThrough(world: World, container: FakeContainer) {
  const { process } = container;
  if (process?.kind !== "server" || process.data === undefined) return;
  const rows = baseOf(process.data)?.rows ?? [];
  const { applications, disk } = world;
  // Whoever finds rows missing writes no more.
  if (!applications.acknowledged.every((row) => rows.includes(row))) return;
  const row = [applications.acknowledge()];
  insert(disk, process.data, row, true, libcOf(world, container));
}

/** The new version may have been let out: then the old data stand still. */
function isOut(world: World): boolean {
  const journal = world.disk.textAt(`${world.beside}.pgladder/journal.json`);
  return journal?.includes('"step-started","step":"switch"') ?? false;
}

const PLACES = {
  bak: ".bak",
  volume: "",
  staging: ".pgladder/staging",
} as const;

function byHand(
  place: keyof typeof PLACES,
  after: "stopped" | "killed" | "left",
): Move {
  return (world) => {
    const path = pathOf(world, PLACES[place]);
    if (place === "bak" && isOut(world)) return;
    const container = startByHand(world, path);
    if (container === undefined) return;
    // Nobody takes what is not yet swapped in for the database.
    if (place !== "staging") writeThrough(world, container);
    if (after === "left") return stopByHand;
    if (after === "killed") world.runtime.kill(container);
    else stopServer(world, container);
    world.runtime.remove("by-hand");
  };
}

/** Nor would anybody start a unit beside a server of his own. */
function startByName(name: (world: World) => string): Move {
  return (world) => {
    if (world.runtime.find("by-hand") && isUsed(world, world.volume)) return;
    attempt(() => world.systemd.start([name(world)]));
    const alone = world.runtime.find(world.container);
    if (alone && name(world) === world.unit) startAlone(world, alone);
  };
}

function stopByHand(world: World) {
  const container = world.runtime.find("by-hand");
  if (container?.process !== undefined) stopServer(world, container);
  world.runtime.remove("by-hand");
}

/** A person starts what has failed for that. */
function revive(world: World) {
  const { runtime, systemd, unit } = world;
  const alone = runtime.find(world.container);
  if (alone && alone.restart !== "no") startAlone(world, alone);
  if (systemd.units.get(unit)?.active !== "failed") return;
  systemd.resetFailed([unit]);
  attempt(() => systemd.start([unit, APPLICATION]));
}

/** The build was taken back, and what it had made is wanted no more. */
const isUnbuilt = (journal = "") =>
  journal.lastIndexOf('"undo-done","step":"build"') >
    journal.lastIndexOf('"step-started","step":"build"');

const moveAway = (suffix: string, placeholder = false): Move => (world) => {
  const path = pathOf(world, suffix);
  // A named volume's missing directory is made: unheld, nothing is in the way of that.
  const { hold } = world.systemd.units.get(world.unit) ?? {};
  if (suffix === "" && world.volumeName && hold === undefined) return;
  const found = world.disk.directoryAt(path);
  if (found === undefined || !found.entries.has("PG_VERSION")) return;
  if (found.entries.has("pg_control") === placeholder) return;
  // There is one such place, and an earlier move may still hold it.
  const elsewhere = elsewhereOf(world);
  if (world.disk.at(elsewhere) !== undefined) return;
  // The name of a mount point cannot be moved.
  if (path === world.disk.mountPoint) return;
  world.disk.rename(path, elsewhere);
  return (now, late) => {
    const { disk } = now;
    const moved = disk.directoryAt(elsewhere);
    if (moved === undefined) return;
    const journal = disk.textAt(`${now.beside}.pgladder/journal.json`);
    const stays = path === disk.lost;
    const isOurs = stays
      ? false
      : suffix.startsWith(".pgladder")
      ? late || isUnbuilt(journal)
      : late && journal === undefined && suffix !== "";
    // A commit is to remove the old data, wherever somebody has put them.
    const isGivenUp = !stays && suffix === ".bak" &&
      journal?.includes("run-committing");
    if (disk.at(path) === undefined && !isOurs && !isGivenUp) {
      disk.rename(elsewhere, path);
    } // It was made again in the meantime, or is wanted no more.
    else disk.remove(elsewhere);
    revive(now);
  };
};

const killContainers =
  (which: (container: FakeContainer) => boolean): Move => (world) => {
    for (const container of world.runtime.running()) {
      if (which(container)) world.runtime.kill(container);
    }
  };

/** Which nobody has. */
const OTHER_IMAGE = "docker.io/library/postgres:16";

const isJob = ({ process }: FakeContainer) => process?.kind === "job";
const attempt = (deed: () => void) => {
  try {
    deed();
  } catch { /* What a person tried in vain has changed nothing. */ }
};

export const MOVES: Readonly<Record<string, Move>> = {
  "nothing": () => {},
  ...OBSTACLES,
  "the clock jumps back": (world) => {
    world.skew -= 86_400_000;
  },
  "a moment": (world) => world.pass(2),
  "a while": (world) => world.pass(7),
  "an age": (world) => world.pass(60),
  "reboot": boots(undefined, false),
  "reboot, /etc wiped": boots(undefined, true),
  "reboot, containers forgotten": boots(undefined, false, true),
  "power cut": boots("lost", false),
  "power cut, names without content": boots("emptied", false),
  "power cut, all of it written": boots("kept", false, true),
  "power cut, /etc wiped": boots("lost", true),
  "the server dies": (world) => {
    const container = world.runtime.find(world.container);
    if (container !== undefined) world.runtime.kill(container);
    world.pass(1);
  },
  "jobs die": killContainers(isJob),
  "the dump's server dies": killContainers(({ process }) =>
    process?.kind === "job" && process.script === "dump_server"
  ),
  "jobs are removed": (world) => {
    for (const { name, process } of world.runtime.running()) {
      if (process?.kind === "job") world.runtime.remove(name);
    }
  },
  "holders die": killContainers(({ process }) => process?.kind === "idle"),
  "prune": (world) => world.runtime.prune(false),
  "prune all": (world) => world.runtime.prune(true),
  "start the unit": startByName((world) => world.unit),
  "start the application": startByName(() => APPLICATION),
  "stop the unit": (world) => {
    world.systemd.stop([world.unit]);
    return ({ systemd }) =>
      attempt(() => systemd.start([world.unit, APPLICATION]));
  },
  "drop-ins reverted": (world) => {
    for (const name of world.systemd.units.keys()) {
      world.systemd.removeDropIn(name);
    }
    world.systemd.reload();
  },
  "daemon-reload": (world) => world.systemd.reload(),
  ".bak by hand, stopped": byHand("bak", "stopped"),
  ".bak by hand, killed": byHand("bak", "killed"),
  ".bak by hand, left": byHand("bak", "left"),
  "volume by hand, stopped": byHand("volume", "stopped"),
  "volume by hand, killed": byHand("volume", "killed"),
  "volume by hand, left": byHand("volume", "left"),
  "staging by hand, stopped": byHand("staging", "stopped"),
  "staging by hand, left": byHand("staging", "left"),
  "a result of another attempt": resultOfAnother,
  ".bak moved": moveAway(".bak"),
  "volume moved": moveAway(""),
  "placeholder moved": moveAway("", true),
  "staging moved": moveAway(".pgladder/staging"),
  "dump removed": (world) => world.disk.remove(pathOf(world, ".pgladder/dump")),
  "dump damaged": (world) =>
    world.disk.removeHalf(pathOf(world, ".pgladder/dump")),
  "configuration of .bak edited": (world) => {
    const data = world.disk.directoryAt(pathOf(world, ".bak"));
    if (data === undefined || !data.entries.has("postgresql.conf")) return;
    put(world.disk, data, "postgresql.conf", "edited", true);
  },
  "unit edited": (world) => {
    const path = `/etc/systemd/system/${world.unit}`;
    const before = world.disk.textAt(path) ?? "";
    if (before === "" || before.includes(OTHER_IMAGE)) return;
    world.configure({ image: OTHER_IMAGE });
    world.systemd.reload();
    return (now) => {
      const { disk, systemd } = now;
      if (!disk.textAt(path)?.includes(OTHER_IMAGE)) return;
      disk.write(path, before, 0o644);
      systemd.reload();
      revive(now);
    };
  },
};

import { createHash } from "node:crypto";
import { put } from "../fake/disk.ts";
import type { World } from "../fake/world.ts";

/**
 * What stands in the way of whole lives rather than of one call: a disk that
 * stays full, a runtime that does not answer, another pgladder at work.
 */
export type Obstacle = (world: World) => ((world: World) => void) | void;

const PATHS = / \/srv\//;
const WRITES = /^(writeText|makeDirectory|write\(2\)|mkdir\(2\)) /;
const CHANGES =
  /^(writeText|makeDirectory|rename|exchange|remove|(write|rename|unlink|mkdir)\(2\)) /;
const PODMAN =
  /^(containers\.|pg_isready|psql|CHECKPOINT|pull |tag |untag |run |rm )/;
const SYSTEMD =
  /^(units\.|start |stop |hold |release |daemon-reload|reset-failed|systemd-run)/;

/** As `fillReserve` leaves it. */
const FULL_RESERVE = `${4 * 1024 * 1024} bytes`;

/** These fail until a person has seen to it; jobs, too, where they write. */
function failing(
  words: string,
  stands: (name: string, world: World) => boolean,
  jobs: boolean,
): Obstacle {
  return (world) => {
    world.obstacle = {
      refuses: (name, now) => stands(name, now) ? words : undefined,
      jobs: jobs ? words : undefined,
      mayGoBack: stands === isFull,
    };
    return clear;
  };
}

function clear(world: World) {
  world.obstacle = undefined;
}

/** Only what the reserve set free is left, and that is enough for notes. */
function isFull(name: string, { beside, disk }: World): boolean {
  if (!WRITES.test(name) || !PATHS.test(name)) return false;
  if (name.endsWith("/reserve")) return true;
  return disk.textAt(`${beside}.pgladder/reserve`) === FULL_RESERVE;
}

/** The journal says that a later program is needed to go on with it. */
export function isNewer({ beside, disk }: World): boolean {
  const text = disk.textAt(`${beside}.pgladder/journal.json`) ?? "";
  return /"minReader":(\d+),"minWriter":(?!\1\D)/.test(text);
}

/** A later program, which says that this one must not touch its journal. */
function writeNewer(world: World): ((world: World) => void) | void {
  const path = `${world.beside}.pgladder/journal.json`;
  const before = world.disk.textAt(path);
  if (before === undefined) return;
  const { entries, format, tool } = JSON.parse(before);
  format.minWriter += 1;
  const sum = createHash("sha256")
    .update(JSON.stringify({ format, tool, entries })).digest("hex");
  const newer = before
    .replace(/^"format": .*$/m, `"format": ${JSON.stringify(format)},`)
    .replace(/^"checksum": .*$/m, `"checksum": "sha256:${sum}",`);
  world.disk.write(path, newer);
  return ({ disk }) => {
    if (disk.textAt(path) === newer) disk.write(path, before);
  };
}

export const OBSTACLES: Readonly<Record<string, Obstacle>> = {
  "disk full": failing("No space left on device (os error 28)", isFull, true),
  "disk read-only": failing(
    "Read-only file system (os error 30)",
    (name) => CHANGES.test(name) && PATHS.test(name),
    true,
  ),
  "podman does not answer": failing(
    "timed out after 90 s",
    (name) => PODMAN.test(name),
    false,
  ),
  "systemd does not answer": failing(
    "timed out after 90 s",
    (name) => SYSTEMD.test(name),
    false,
  ),
  "another pgladder at work": (world) => {
    if (world.disk.at(`${world.beside}.pgladder/lock`) === undefined) return;
    world.lockedElsewhere = true;
    return (now) => {
      now.lockedElsewhere = false;
    };
  },
  "a newer pgladder wrote": writeNewer,
};

/** Of the volume itself, or of what lies beside it. */
export function pathOf(world: World, suffix: string): string {
  const { beside, disk, volume } = world;
  if (suffix === "") return volume;
  // They lie there from the beginning to the end.
  if (suffix === ".bak" && disk.lost !== undefined) return disk.lost;
  if (disk.mountPoint === undefined) return `${beside}${suffix}`;
  const [ending, ...deeper] = suffix.replace(".pgladder", ".new").split("/");
  const names = disk.directoryAt(volume)?.entries.keys() ?? [];
  const found = [...names].filter((name) => /^pgladder-.*\./.test(name))
    .find((name) => name.endsWith(ending ?? ""));
  return [volume, found ?? "none", ...deeper].join("/");
}

/** Where somebody has moved something to. */
export const elsewhereOf = ({ disk }: World) =>
  `${disk.mountPoint ?? "/srv"}/elsewhere`;

/** A job's directory holds what another attempt left, or another run. */
export function resultOfAnother({ beside, bootId, disk }: World) {
  const jobs = disk.directoryAt(`${beside}.pgladder/job`);
  for (const [name, job] of jobs?.entries ?? []) {
    if (job.kind !== "directory") continue;
    const attempt = Number(name.split("-")[1]) + 7;
    for (const script of [...job.entries.keys()]) {
      const file = script.replace(/\.cid$/, ".result.json");
      if (file === script || job.entries.has(file)) continue;
      const run = /"run":"([^"]+)"/.exec(
        disk.textAt(`${beside}.pgladder/journal.json`) ?? "",
      )?.[1] ?? "";
      const text = { run, attempt, ok: true };
      put(disk, job, file, JSON.stringify({ ...text, boot_id: bootId }), true);
    }
  }
}

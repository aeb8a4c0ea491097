import { baseOf, controlOf, isComplete, versionOf } from "../fake/cluster.ts";
import { lineOf } from "../fake/database_unit.ts";
import type { FakeDirectory, FakeNode } from "../fake/disk.ts";
import type { World } from "../fake/world.ts";

/**
 * The host as a person would find it, in words; what may rightly differ
 * between two ways to the same end is left out (attempts, numbers of rows).
 */
function snapshot(world: World, oldInode: number): string {
  const lines: string[] = [];
  const srv = world.disk.directoryAt("/srv");
  if (srv !== undefined) describe(world, srv, "/srv", { lines, oldInode });
  for (const path of ["/var/lib/pgladder/runs", "/etc/systemd"]) {
    const directory = world.disk.directoryAt(path);
    if (directory === undefined) continue;
    for (const name of names(directory)) lines.push(`${path}: ${plain(name)}`);
  }
  for (const unit of world.systemd.units.values()) {
    const onDisk = world.disk.textAt(unit.fragment);
    const loaded = onDisk === unit.text ? "" : " (not loaded)";
    const held = world.systemd.held(unit.name);
    // What depends on it fails along with it, now and then.
    const fails = cannotServe(world) &&
      (unit.kind === "database" || unit.requires.length > 0);
    const active = fails ? "fails" : unit.active;
    lines.push(
      `${unit.name}: ${active}, ${held}, ${onDisk?.trim()}${loaded}`,
    );
  }
  lines.push(`transients: ${world.systemd.transients.size}`);
  for (const [name, id] of [...world.runtime.names].sort()) {
    lines.push(`image ${plain(name)} ${id[0]}`);
  }
  for (const { imageId, name, process, restart } of containers(world)) {
    const isFailing = name === world.container && cannotServe(world);
    // Between two starts a unit's is not there at all.
    if (isFailing && world.systemd.units.has(world.unit)) continue;
    const state = isFailing
      ? "fails"
      : process?.kind === "server"
      ? process.phase
      : process?.kind ?? "ended";
    lines.push(`container ${plain(name)} ${imageId[0]} ${state} ${restart}`);
  }
  return lines.join("\n");
}

/** What is configured is another version than the data: it fails for ever. */
function cannotServe(world: World): boolean {
  const data = world.disk.directoryAt(world.volume);
  const unit = world.systemd.units.get(world.unit);
  const image = unit === undefined
    ? world.runtime.find(world.container)?.image
    : lineOf(unit.text ?? "")?.image;
  const { registry } = world.runtime;
  // A prune may have taken it: it would be pulled again.
  const major =
    (world.runtime.imageOf(image ?? "") ?? registry.get(image ?? ""))
      ?.major;
  const version = data === undefined ? undefined : versionOf(data);
  return /^\d+$/.test(version ?? "") && major !== undefined &&
    Number(version) !== major;
}

const containers = (world: World) =>
  [...world.runtime.containers.values()]
    .sort((a, b) => a.name < b.name ? -1 : 1);

const names = (directory: FakeDirectory) =>
  [...directory.entries.keys()].sort();

/** Without the run's name and the attempts' numbers. */
const plain = (name: string) =>
  name.replace(/\d{8}-\d{6}-[0-9a-f]{4}/, "RUN")
    .replace(/^(ask|dump|build|close|reindex)-\d+$/, "$1-N");

interface Telling {
  readonly lines: string[];
  readonly oldInode: number;
}

function describe(
  world: World,
  directory: FakeDirectory,
  path: string,
  telling: Telling,
) {
  for (const name of names(directory)) {
    const node = directory.entries.get(name);
    if (node === undefined) continue;
    const here = `${path}/${plain(name)}`;
    if (node.kind === "file") {
      telling.lines.push(here);
      continue;
    }
    // Only a job makes it, which not every way to an end has needed.
    if (name === "job" && node.entries.size === 0) continue;
    const words = wordsOf(world, node, { ...telling, path: here });
    telling.lines.push(`${here}/ ${words}`);
    if (!node.entries.has("pg_control")) describe(world, node, here, telling);
    else describe(world, keptWithin(node), here, telling);
  }
}

/** What a run keeps in a volume whose own name cannot move. */
const keptWithin = (node: FakeDirectory): FakeDirectory => ({
  ...node,
  entries: new Map(
    [...node.entries].filter(([name]) => name.startsWith("pgladder-")),
  ),
});

function wordsOf(
  world: World,
  node: FakeNode,
  { oldInode, path }: Telling & { path: string },
): string {
  if (node.kind === "file") return "";
  const isOld = node.inode === oldInode ||
    node.entries.get("PG_VERSION")?.inode === oldInode;
  const which = isOld ? "the old directory" : "";
  const { mode, uid } = node.owner;
  const owner = `${uid} ${mode.toString(8)}`;
  if (!node.entries.has("pg_control")) return `${which} ${owner}`;
  const rows = baseOf(node)?.rows ?? [];
  const all = world.applications.acknowledged.every((row) =>
    rows.includes(row)
  );
  // Beside the volume the old cluster keeps the rows that it had.
  const stays = which !== "" || path === world.disk.lost;
  const full = (stays && path !== world.volume) || all
    ? "full"
    : `only ${rows.length} rows`;
  return [
    `${which} ${owner}: cluster ${versionOf(node)}`,
    isComplete(node) ? "whole" : "NOT WHOLE",
    // As its own server left it: what is configured cannot change it.
    path === world.volume && cannotServe(world) ||
      // Nobody opens these again after a server that was killed there.
      path === world.disk.lost && !world.canClone ||
      path.startsWith(`${world.beside}.bak-`)
      ? "not read"
      : controlOf(node)?.state,
    full,
    ...orderWords(baseOf(node)?.order),
  ].join(", ");
}

const orderWords = (order: string | undefined) =>
  order === undefined ? [] : [`sorted by ${order}`];

/**
 * Without what a person is told of: history, what was pulled, `.aborted`; and
 * what a rebuild said, which a power cut after its work may leave unsaid; and
 * how often indexes were rebuilt.
 */
export function normal(world: World, oldInode: number): string {
  return snapshot(world, oldInode).split("\n")
    .filter((line) => !TOLD.test(line)).join("\n");
}

const TOLD =
  /^(\/srv\/db\/pgladder-RUN\.aborted|\/srv\/(?:volume-)?db\.(pgladder\/(history|lock$|unlogged\.json$|job\/(reindex-N\/.*|.*differences\.json|switch-(apply|undo)\.(log|result))$|reserve$|journal\.json\.new$| )|aborted)|\/var\/lib\/pgladder|image docker|container db\.before)/;

/** Ends alike, but for the lines that do not count. */
export function compare(
  world: World,
  found: string,
  wanted: string,
  counts: (line: string) => boolean,
) {
  if (found === wanted) return;
  const is = found.split("\n").filter(counts);
  const was = wanted.split("\n").filter(counts);
  if (is.join("\n") === was.join("\n")) return;
  const more = is.filter((line) => !was.includes(line)).map((it) => `+ ${it}`);
  const less = was.filter((line) => !is.includes(line)).map((it) => `- ${it}`);
  world.violated("I4", `the end is another:\n${[...less, ...more].join("\n")}`);
}

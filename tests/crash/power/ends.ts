import { damageOf, rowsOf } from "./host/cluster.ts";
import { inodeOf, namesIn, textAt } from "./host/disk.ts";
import type { Host } from "./host/host.ts";
import { JOURNAL, STATE, UNIT_FILE, VOLUME } from "./host/places.ts";
import { placeOf } from "./host/state.ts";

/**
 * The host as a person would find it, in lines: what may rightly differ
 * between two ways to the same end (attempts, rows, the history) is left out.
 */
export function endOf(host: Host, oldInode: string): string {
  const { state } = host;
  const lines: string[] = [];
  list("/srv", lines, oldInode);
  for (const path of ["/var/lib", "/etc/systemd"]) list(path, lines, oldInode);
  lines.push(`unit file: ${textAt(UNIT_FILE)}`);
  for (const { active, hold, name } of state.units) {
    lines.push(`${name}: ${active}, ${hold === undefined ? "free" : "held"}`);
  }
  for (const name of Object.keys(state.images).sort()) {
    lines.push(`image ${plain(name)}`);
  }
  for (const { image, name, running } of state.containers) {
    const of = name === "db" ? image : "";
    lines.push(`container ${plain(name)} ${of} ${running ? "runs" : "ended"}`);
  }
  return lines.sort().join("\n");
}

/**
 * Left out: what is a cluster's own, what is told to the operator, and the
 * half of an edit of the unit file that was undone before it had happened.
 */
const LEFT_OUT = [
  /^\/srv\/(host|lost\+found)$/,
  /\/\.pgladder-try-[^/]+$/,
  new RegExp(`^${STATE}/(history|job)/`),
  /\/(base|global)$/,
  /^\/etc\/systemd\/system\/\.[^/]+\.pgladder-new$/,
];

/** Without a file in them they hold nothing, and systemd itself makes them. */
const HARMLESS = /^\/etc\/systemd\/system\.control(\/[^/]+\.d)?$/;

function hasFiles(directory: string): boolean {
  return namesIn(directory).map((name) => `${directory}/${name}`)
    .some((path) => !Deno.lstatSync(path).isDirectory || hasFiles(path));
}

function list(directory: string, lines: string[], oldInode: string) {
  for (const name of namesIn(directory)) {
    const path = `${directory}/${name}`;
    if (LEFT_OUT.some((pattern) => pattern.test(path))) continue;
    if (HARMLESS.test(path) && !hasFiles(path)) continue;
    // A job that repaired the cluster ran in some runs only; it goes with them.
    if (path === `${STATE}/job` && inodeOf(JOURNAL) !== undefined) continue;
    const info = Deno.lstatSync(path);
    const which = inodeOf(path) === oldInode ? " (the old directory)" : "";
    const { gid, mode, uid } = info;
    const owner = `${uid} ${gid} ${((mode ?? 0) & 0o7777).toString(8)}`;
    lines.push(`${plain(path)} ${owner}${which}`);
    if (info.isDirectory) list(path, lines, oldInode);
  }
}

const plain = (name: string) => name.replace(/\d{8}-\d{6}-[0-9a-f]{4}/, "RUN");

/** I4: what the operator reads in the end. */
export function lookAtEnd(host: Host, served: number): string[] {
  const { state } = host;
  const wrong: string[] = [];
  const data = `${VOLUME}${placeOf(served)}`;
  const damage = damageOf(data);
  if (damage !== undefined) wrong.push(`I4: ${damage} of "${data}" is damaged`);
  const rows = rowsOf(data);
  const missing = state.acknowledged.filter(({ row }) =>
    !rows.includes(row) && !state.given.includes(row)
  );
  if (missing.length > 0) wrong.push(`I1: ${missing.length} rows are missing`);
  const running = host.find("db");
  if (!running?.running || running.version !== served) {
    wrong.push(`I4: PostgreSQL ${served} does not serve`);
  }
  return wrong;
}

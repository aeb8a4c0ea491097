import { dirname, join, relative } from "@std/path";
import type { FileFacts, Files } from "../../port/files.ts";
import { isBelow } from "../../run/data_mount.ts";
import type { ServerFacts } from "./server.ts";

/**
 * What a server opens by its name in the data directory as it starts, serves or
 * stops. Who owns the directory can put there a pipe, for which a server waits
 * without end, or a file that no job reads to its end.
 */

/** Whose content pgladder or a job reads whole: as many bytes at most. */
const OWN_MAX = 64 * 1024;
const CONFIGURATION_MAX = 4096 * 1024;

/** By these a server that starts follows another one, or a backup: a primary that serves has none. */
const SIGNALS = [
  "backup_label",
  "tablespace_map",
  "standby.signal",
  "recovery.signal",
  "recovery.conf",
];
/** Of these, those that make it a standby, or have it replay an archive. */
const FOLLOWS = ["standby.signal", "recovery.signal", "recovery.conf"];
const OWN = ["PG_VERSION", "postmaster.pid", "postmaster.opts", ...SIGNALS];
/** Operators may have these elsewhere, and a link in their place. */
const CONFIGURATION = [
  "postgresql.conf",
  "postgresql.auto.conf",
  "pg_hba.conf",
  "pg_ident.conf",
];

export interface StartFiles {
  /** Phrases: what no server, or no job, opens or reads to its end. */
  readonly odd: readonly string[];
  /** Names of those that the next start would follow. */
  readonly signals: readonly string[];
}

export async function startFilesIn(
  directory: string,
  files: Pick<Files, "look">,
): Promise<StartFiles> {
  const odd: string[] = [];
  const signals: string[] = [];
  for (const name of OWN) {
    const found = await files.look(join(directory, name));
    if (found === undefined) continue;
    const why = whyOdd(found, OWN_MAX);
    if (why !== undefined) odd.push(`"${join(directory, name)}" ${why}`);
    else if (SIGNALS.includes(name)) signals.push(name);
  }
  odd.push(...await oddConfigurationIn(directory, files));
  return { odd, signals };
}

/** What the disk alone tells of a cluster that nobody serves. */
export async function toldByDisk(
  directory: string,
  files: Pick<Files, "list" | "look">,
): Promise<Pick<ServerFacts, "inRecovery" | "tablespaces">> {
  const { signals } = await startFilesIn(directory, files);
  const spaces = await files.list(join(directory, "pg_tblspc")) ?? [];
  return {
    inRecovery: signals.some((name) => FOLLOWS.includes(name)),
    // A server that is asked has their names.
    tablespaces: spaces.filter((name) => /^\d{1,10}$/.test(name))
      .map((number) => `pg_tblspc/${number}`),
  };
}

/**
 * Phrases: a server reads these when it is asked what is configured, too, and
 * is stuck then. `inside` is what the container calls the directory.
 */
export async function oddConfigurationIn(
  directory: string,
  files: Pick<Files, "look">,
  inside = directory,
): Promise<readonly string[]> {
  const odd: string[] = [];
  for (const name of CONFIGURATION) {
    const path = join(directory, name);
    const found = await behindLinks({ directory, inside }, path, files);
    if (found === undefined) continue;
    const why = whyOdd(found, CONFIGURATION_MAX);
    if (why !== undefined) odd.push(`"${path}" ${why}`);
  }
  return odd;
}

/** As many as Linux follows (path_resolution(7)). */
const LINKS_MAX = 40;

/**
 * What a server opens there. Only the container knows what lies outside of the
 * data: undefined for that, and for nothing at all.
 */
async function behindLinks(
  { directory, inside }: { directory: string; inside: string },
  path: string,
  files: Pick<Files, "look">,
): Promise<FileFacts | undefined> {
  let place = path;
  for (let links = 0; links < LINKS_MAX; links++) {
    const found = await files.look(place);
    if (found?.kind !== "link") return found;
    const target = found.target ?? "/";
    place = !target.startsWith("/")
      ? join(dirname(place), target)
      : isBelow(target, inside)
      ? join(directory, relative(inside, target))
      : "/";
    if (!isBelow(place, directory)) return undefined;
  }
  return await files.look(path);
}

const whyOdd = ({ bytes, kind }: FileFacts, most: number) =>
  kind !== "file"
    ? "is no plain file"
    : bytes > most
    ? `has ${bytes} bytes, want at most ${most}`
    : undefined;

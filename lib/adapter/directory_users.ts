import { type DirectoryUser, isServer } from "../port/files.ts";
import type { Stat } from "./kernel_structs.ts";
import { type MountLine, mountOver, mountsOf } from "./mounts.ts";
import { proc } from "./proc.ts";

/** A server in 18/docker below a mount is two levels down. */
const LEVELS_UP = 6;
const LEVELS_DOWN = 2;
/** A data directory's own children are not looked at, so this is plenty. */
const MOST_DIRECTORIES = 500;

/**
 * Processes that hold a directory: they work in it or below it, or have it,
 * its parent or one of its children mounted for writing in a mount namespace
 * of their own. By device and inode, since a container knows the directory by another
 * name, and still holds it after it has been renamed. With the parent `apart`
 * only who has itself or its children.
 */
export function directoryUsersOf(
  path: string,
  above?: "apart",
): DirectoryUser[] {
  const directory = proc.stat(path);
  if (directory === undefined) return [];
  const processes = (proc.list("/proc") ?? []).map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0 && pid !== Deno.pid);
  // A container may have only a child mounted, and work in that.
  const inside = new Set(directoriesIn(path, LEVELS_DOWN));
  inside.add(key(directory));
  const working = new Set(
    processes.filter((pid) => worksIn(pid, inside)),
  );
  const mounting = mountersOf(path, processes, inside, above);
  return processes
    .filter((pid) => working.has(pid) || mounting.has(pid))
    .map((pid) => describe(pid, working.has(pid)))
    .filter((user) => user !== undefined);
}

function key(stat: Stat): string {
  return `${stat.device} ${stat.inode}`;
}

/** Walks up from the working directory, as the process itself sees it. */
function worksIn(pid: number, inside: ReadonlySet<string>): boolean {
  let here = `/proc/${pid}/cwd`;
  let below = "";
  for (let level = 0; level <= LEVELS_UP; level++, here += "/..") {
    const stat = proc.stat(here);
    if (stat === undefined) return false;
    const now = key(stat);
    if (inside.has(now)) return true;
    // The root is its own parent.
    if (now === below) return false;
    below = now;
  }
  return false;
}

/** Directories below, as far as one would mount them: not those of a cluster. */
function directoriesIn(path: string, levels: number): string[] {
  const names = levels === 0 ? [] : proc.list(path) ?? [];
  if (names.includes("PG_VERSION")) return [];
  const found: string[] = [];
  for (const name of names) {
    if (found.length >= MOST_DIRECTORIES) break;
    const child = `${path}/${name}`;
    const stat = proc.stat(child);
    // A link leads elsewhere, and what is there is not ours to watch.
    if (stat === undefined || (stat.mode & 0o170000) !== 0o040000) continue;
    if (proc.link(child) !== undefined) continue;
    found.push(key(stat), ...directoriesIn(child, levels - 1));
  }
  return found;
}

/** Processes in other mount namespaces in which the directory is mounted. */
function mountersOf(
  path: string,
  processes: readonly number[],
  inside: ReadonlySet<string>,
  above: "apart" | undefined,
): Set<number> {
  const own = mountsOf("self") ?? [];
  const fileSystem = mountOver(own, path)?.device;
  const wanted = new Set(inside);
  const parent = above === "apart" ? undefined : proc.stat(`${path}/..`);
  if (parent !== undefined) wanted.add(key(parent));
  const ownSpace = proc.link("/proc/self/ns/mnt");
  const verdicts = new Map<string, boolean>();
  return new Set(processes.filter((pid) => {
    const space = proc.link(`/proc/${pid}/ns/mnt`);
    if (space === undefined || space === ownSpace) return false;
    const known = verdicts.get(space);
    if (known !== undefined) return known;
    const mounts = mountsOf(pid);
    if (mounts === undefined) return false;
    const holds = foreignMounts(mounts, own)
      // Read-only no server runs there: exporters and backups look on.
      .filter(({ device, options }) =>
        device === fileSystem && !options.includes("ro")
      )
      .some(({ point }) => {
        const stat = proc.stat(`/proc/${pid}/root${point}`);
        return stat !== undefined && wanted.has(key(stat));
      });
    verdicts.set(space, holds);
    return holds;
  }));
}

/**
 * Services with a private namespace (PrivateTmp= and the like) have copies
 * of all mounts of the host, the volume's own perhaps among them. They hold
 * nothing by that: only what they have and we have not counts. A container
 * has a root of its own, so of its mounts each counts.
 */
function foreignMounts(
  theirs: readonly MountLine[],
  own: readonly MountLine[],
): readonly MountLine[] {
  const name = (mount: MountLine) =>
    JSON.stringify([mount.device, mount.root, mount.point]);
  const known = new Set(own.map(name));
  const root = mountOver(theirs, "/");
  if (root !== undefined && !known.has(name(root))) return theirs;
  return theirs.filter((mount) => !known.has(name(mount)));
}

function describe(pid: number, working: boolean): DirectoryUser | undefined {
  const name = proc.text(`/proc/${pid}/comm`);
  const group = proc.text(`/proc/${pid}/cgroup`) ?? "";
  // It has ended while we looked. A process that ends loses its working
  // directory first and then its control group, without which one of our own
  // servers' short-lived processes would be a stranger.
  if (name === undefined || proc.link(`/proc/${pid}/cwd`) === undefined) {
    return undefined;
  }
  const container = /[0-9a-f]{64}/.exec(group)?.[0] ?? "";
  // A server that was started by a link of another name is one by its program.
  const program = (proc.link(`/proc/${pid}/exe`) ?? "").split("/").at(-1) ?? "";
  const said = name.trimEnd();
  const known = isServer({ name: said }) || !isServer({ name: program });
  return { pid, name: known ? said : program, container, working };
}

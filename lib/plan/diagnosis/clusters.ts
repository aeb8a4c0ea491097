import { join } from "@std/path";
import type { ControlFile } from "../../port/clusters.ts";
import type { Ports } from "../../port/ports.ts";

/** A cluster at rest or in use, as its files show it. */
export interface FoundCluster {
  /** Its data directory, on the host. */
  readonly path: string;
  readonly major: number;
  /** "" where the control file cannot be read. */
  readonly system: string;
  readonly state: ControlFile["state"] | undefined;
  /** Tables, indexes and the like that users have made. */
  readonly relations: number;
  /** Seconds since 1970; undefined where its files do not say it. */
  readonly made: number | undefined;
  /** Of its last checkpoint, or its end. */
  readonly written: number | undefined;
  /** What a server last said of itself, such as "ready". */
  readonly server: string;
  readonly uid: number;
}

/** A directory that holds more is no data directory's parent. */
const NAMES_MAX = 200;

/** Where images look below a mounted directory, and one directory below it. */
export async function clustersIn(
  root: string,
  ports: Pick<Ports, "clusters" | "files">,
): Promise<readonly FoundCluster[]> {
  const found: FoundCluster[] = [];
  if (!await isDirectory(root, ports)) return found;
  for (const place of await placesBelow(root, ports)) {
    const cluster = await clusterAt(join(root, place), ports);
    if (cluster !== undefined) found.push(cluster);
  }
  return found;
}

/** Relative to it, itself ("") first; it may be reached over a link. */
export async function placesBelow(
  root: string,
  ports: Pick<Ports, "files">,
): Promise<readonly string[]> {
  const places = [""];
  const names = await ports.files.list(root) ?? [];
  for (const name of names.slice(0, NAMES_MAX)) {
    if (!/^[\w-]+$/.test(name) || /^pg_/.test(name)) continue;
    // The data's owner may have put a link there, which leads anywhere.
    const isOwn = await isDirectory(join(root, name), ports);
    if (isOwn) places.push(name, `${name}/docker`);
  }
  return places;
}

/** Undefined where there is none, or what pgladder has put in its place. */
export async function clusterAt(
  path: string,
  ports: Pick<Ports, "clusters" | "files">,
): Promise<FoundCluster | undefined> {
  const { clusters, files } = ports;
  const facts = await files.look(path);
  if (facts?.kind !== "directory") return undefined;
  const cluster = await clusters.look(path);
  if (cluster === undefined || !/^\d+(\.\d+)?$/.test(cluster.version)) {
    return undefined;
  }
  const { control, server, version } = cluster;
  const system = control?.systemIdentifier ?? "";
  return {
    path,
    major: Number.parseInt(version),
    system,
    state: control?.state,
    relations: await relationsIn(path, ports),
    // Its upper half is the time of day at which initdb made it.
    made: /^\d+$/.test(system) ? Number(BigInt(system) >> 32n) : undefined,
    written: control?.written,
    server,
    uid: facts.owner.uid,
  };
}

/** The first number that is not the system's own, see access/transam.h. */
const FIRST_OF_USERS = 16384;

/** By the names of their files: no server is needed for that. */
async function relationsIn(
  path: string,
  ports: Pick<Ports, "files">,
): Promise<number> {
  const base = join(path, "base");
  let count = 0;
  for (const database of await namesIn(base, ports)) {
    const directory = join(base, database);
    if (!/^\d+$/.test(database) || !await isDirectory(directory, ports)) {
      continue;
    }
    const names = await ports.files.list(directory) ?? [];
    count += names.filter((name) =>
      /^\d+$/.test(name) && Number(name) >= FIRST_OF_USERS
    ).length;
  }
  return count;
}

/** Of a directory itself, never of what a link leads to. */
export async function namesIn(
  path: string,
  ports: Pick<Ports, "files">,
): Promise<readonly string[]> {
  if (!await isDirectory(path, ports)) return [];
  return (await ports.files.list(path) ?? []).slice(0, NAMES_MAX);
}

async function isDirectory(
  path: string,
  { files }: Pick<Ports, "files">,
): Promise<boolean> {
  return (await files.look(path))?.kind === "directory";
}

import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import { basename, dirname, join } from "@std/path";
import type { Ports } from "../../port/ports.ts";
import type {
  Container,
  Inventory,
  NamedVolumeFacts,
} from "../../port/containers.ts";
import { isSomebodys, withUsers } from "./somebodys.ts";
import { upgradedInto } from "../../run/past_runs.ts";
import { ofOtherRuntime } from "../../run/sharers.ts";
import {
  clusterAt,
  clustersIn,
  type FoundCluster,
  namesIn,
} from "./clusters.ts";
import type { KnownCluster } from "./diagnosis.ts";
import { placeIn, type Recipe } from "./recipe.ts";

const VOLUME = "com.docker.compose.volume";

/** Where the data of a container could lie, as far as anything leads there. */
export async function knownClusters(
  { inventory, name, project, recipes }: {
    readonly name: string;
    /** Of compose, or "". */
    readonly project: string;
    readonly recipes: readonly Recipe[];
    readonly inventory: Inventory;
  },
  ports: Ports,
): Promise<readonly KnownCluster[]> {
  const found = new Map<string, KnownCluster>();
  const add = (
    clusters: readonly FoundCluster[],
    more: Pick<KnownCluster, "from" | "harmless" | "volume">,
  ) => {
    for (const it of clusters) {
      if (!found.has(it.path)) found.set(it.path, { ...it, ...more });
    }
  };
  const roots = mountedRoots(recipes);
  for (const root of roots) {
    const volume = inventory.volumes.find(({ path }) => path === root);
    add(await clustersIn(root, ports), {
      from: "mounted",
      volume: volume?.name ?? "",
    });
  }
  const own = inventory.volumes.filter(({ path }) => roots.includes(path));
  const beside = await ports.otherRuntime?.containers.inventory();
  const others = [
    ...inventory.containers.filter((it) => it.name !== name),
    ...ofOtherRuntime(beside, inventory),
  ];
  for (const volume of unusedVolumes(name, inventory)) {
    if (isUsed(volume.path, others)) continue;
    const from = isOfProject(volume, project, own) ? "project" : "unused";
    add(await clustersIn(volume.path, ports), {
      from,
      volume: volume.name,
      ...from === "unused" && isOfAnother(volume, name, inventory) && {
        harmless: "of another",
      },
    });
  }
  for (const root of roots) {
    const isVolume = inventory.volumes.some(({ path }) => path === root);
    if (isVolume) continue;
    for (const it of await besideOf(root, ports)) {
      if (isUsed(it.path, others)) continue;
      add([it], {
        from: "beside",
        volume: "",
        ...KEPT.test(it.path) && { harmless: "kept" },
      });
    }
  }
  const free = await withUsers([...found.values()], name, ports);
  return await weighed(free, roots, ports);
}

/** What a container has mounted, where it does not look at any. */
export function largestMounted(
  clusters: readonly KnownCluster[],
): KnownCluster | undefined {
  return clusters.filter(({ from }) => from === "mounted")
    .toSorted((a, b) => b.relations - a.relations)[0];
}

/** What a run has put aside was looked into by whoever began it. */
const KEPT = /\.(bak|aborted)(-\d{8}-\d{6}-\w+)?(\/data)?$/;

/** Where one may be lost: what was upgraded already, and how large each is. */
async function weighed(
  clusters: readonly KnownCluster[],
  roots: readonly string[],
  ports: Ports,
): Promise<readonly KnownCluster[]> {
  const mayBeLost = ({ from, harmless, relations }: KnownCluster) =>
    from !== "mounted" && relations > 0 && harmless === undefined;
  if (!clusters.some(mayBeLost)) return clusters;
  const upgraded = await upgradedInto(roots, ports);
  return await Promise.all(clusters.map(async (it) => {
    if (
      mayBeLost(it) && upgraded.has(it.system) && !await isSomebodys(it, ports)
    ) {
      return { ...it, harmless: "kept" as const };
    }
    return mayBeLost(it) || it.from === "mounted"
      ? { ...it, held: await ports.files.sizeOf(join(it.path, "base")) }
      : it;
  }));
}

/** Sources of the mounts that could hold the data of a PostgreSQL. */
export function mountedRoots(recipes: readonly Recipe[]): readonly string[] {
  const roots = recipes.flatMap((recipe) => {
    const place = placeIn(recipe);
    return recipe.mounts.filter(({ mountPath, source }) =>
      source !== "" && (/^\/var\/lib\/postgresql(\/|$)/.test(mountPath) ||
        place === source || place?.startsWith(`${source}/`))
    ).map(({ source }) => source);
  });
  return [...new Set(roots)];
}

/** A volume that another container has is that one's. */
function unusedVolumes(name: string, { containers, volumes }: Inventory) {
  const others = containers.filter((it) => it.name !== name);
  return volumes.filter(({ name: volume, path }) =>
    !others.some(({ mounts }) =>
      mounts.some((it) => it.name === volume || it.source === path)
    )
  );
}

const isUsed = (path: string, others: readonly Container[]) =>
  others.some(({ mounts }) =>
    mounts.some(({ source }) =>
      path === source || path.startsWith(`${source}/`)
    )
  );

/** Of the same project, or of the same volume under another project's name. */
function isOfProject(
  { labels }: NamedVolumeFacts,
  project: string,
  own: readonly NamedVolumeFacts[],
): boolean {
  if (project !== "" && labels[PROJECT_LABEL] === project) return true;
  return own.some((it) =>
    it.labels[VOLUME] !== undefined && it.labels[VOLUME] === labels[VOLUME]
  );
}

/** Of another project, or by its name another container's. */
function isOfAnother(
  { labels, name: volume }: NamedVolumeFacts,
  name: string,
  { containers }: Inventory,
): boolean {
  if (labels[PROJECT_LABEL] !== undefined) return true;
  const [owner] = [name, ...containers.map((it) => it.name)]
    .filter((it) => new RegExp(`^${RegExp.escape(it)}([-_.]|$)`).test(volume))
    .toSorted((a, b) => b.length - a.length);
  return owner !== undefined && owner !== name;
}

/** Directories in which everybody keeps something are no neighbourhood. */
const CROWDED = /^\/(|home|opt|srv|mnt|media|var|var\/lib|root|data)$/;

/**
 * Neighbours of a mounted directory: `postgres16` beside `postgres17`, what
 * somebody has called `db.bak`, or the directory above it.
 */
async function besideOf(root: string, ports: Ports) {
  const parent = dirname(root);
  const names = CROWDED.test(parent)
    ? (await namesIn(parent, ports)).filter((it) =>
      it.startsWith(basename(root))
    )
    : await namesIn(parent, ports);
  const found = [];
  const above = CROWDED.test(parent)
    ? undefined
    : await clusterAt(parent, ports);
  if (above !== undefined) found.push(above);
  for (const name of names) {
    const path = join(parent, name);
    if (path === root || name.endsWith(".pgladder")) continue;
    for (const place of [path, join(path, "data")]) {
      const cluster = await clusterAt(place, ports);
      if (cluster !== undefined) found.push(cluster);
    }
  }
  return found;
}

/** A phrase of each cluster in a volume that no container has. */
export async function clustersOfNobody(
  inventory: Inventory,
  ports: Ports,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const volume of unusedVolumes("", inventory)) {
    for (
      const { major, path, relations } of await clustersIn(volume.path, ports)
    ) {
      if (relations > 0) found.push(`"${path}" (PostgreSQL ${major})`);
    }
  }
  return found.slice(0, CLUSTERS_MAX);
}

const CLUSTERS_MAX = 5;

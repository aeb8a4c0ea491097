import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import { basename, dirname, join } from "@std/path";
import type { Ports } from "../../port/ports.ts";
import type {
  Container,
  Inventory,
  NamedVolumeFacts,
} from "../../port/containers.ts";
import { clusterAt, clustersIn, namesIn } from "./clusters.ts";
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
    clusters: readonly Omit<KnownCluster, "from" | "volume">[],
    from: KnownCluster["from"],
    volume: string,
  ) => {
    for (const it of clusters) {
      if (!found.has(it.path)) found.set(it.path, { ...it, from, volume });
    }
  };
  const roots = mountedRoots(recipes);
  for (const root of roots) {
    const volume = inventory.volumes.find(({ path }) => path === root);
    add(await clustersIn(root, ports), "mounted", volume?.name ?? "");
  }
  const own = inventory.volumes.filter(({ path }) => roots.includes(path));
  for (const volume of unusedVolumes(name, inventory)) {
    const from = isOfProject(volume, project, own) ? "project" : "unused";
    add(await clustersIn(volume.path, ports), from, volume.name);
  }
  for (const root of roots) {
    const isVolume = inventory.volumes.some(({ path }) => path === root);
    const others = inventory.containers.filter((it) => it.name !== name);
    if (isVolume) continue;
    add(
      (await besideOf(root, ports)).filter(({ path }) => !isUsed(path, others)),
      "beside",
      "",
    );
  }
  return [...found.values()];
}

/** Sources of the mounts that could hold the data of a PostgreSQL. */
function mountedRoots(recipes: readonly Recipe[]): readonly string[] {
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
    // What a run has put aside for good was looked into by whoever began it.
    if (path === root || /\.pgladder$|\.bak-\d{8}-\d{6}-/.test(name)) continue;
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

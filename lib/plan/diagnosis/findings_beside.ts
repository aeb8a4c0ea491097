import type { Finding, KnownCluster, Sight } from "./diagnosis.ts";
import { countWords, day } from "./remedy.ts";

/**
 * An empty cluster is served while another one has the rows; or a younger one,
 * which was made after the other was last in use.
 */
export function besideFindings(
  { clusters, name, runtime }: Sight,
  at: KnownCluster,
): Finding | undefined {
  const others = clusters.filter((it) =>
    it !== at && it.relations > 0 && it.system !== at.system &&
    (at.relations === 0 || it.from !== "unused" && isOlder(it, at))
  ).toSorted((a, b) =>
    rank(a) - rank(b) || (b.written ?? 0) - (a.written ?? 0)
  );
  const [lost] = others;
  if (lost === undefined) return undefined;
  const isEmpty = at.relations === 0;
  // Somebody who went by dump and restore keeps the old one beside.
  if (!isEmpty && at.relations >= lost.relations) return undefined;
  const volume = lost.volume === ""
    ? `"${lost.path}"`
    : `the volume ${lost.volume}`;
  const last = lost.written === undefined
    ? ""
    : `, last written ${day(lost.written)}`;
  const more = others.length === 1 ? "" : `, and ${others.length - 1} more`;
  return {
    code: isEmpty ? "empty-beside" : "younger-beside",
    grave: true,
    found: `its cluster is ${
      isEmpty ? "empty" : "younger and smaller"
    }, and a cluster of ${lost.major} with ${
      countWords(lost.relations)
    } lies in ${volume}${last}${more}`,
    remedy: [
      `Stop what writes, then stop "${name}": what it takes from now on is not in the other cluster.`,
      `Name an image of PostgreSQL ${lost.major} where "${name}" is made, and mount ${volume} where it looks for its data. Leave the one that serves now where it is until you have looked into it; type no "down -v" and no prune.`,
    ],
    type: [`${runtime} stop ${name}`],
  };
}

const RANKS: readonly KnownCluster["from"][] = [
  "mounted",
  "project",
  "beside",
  "unused",
];
const rank = ({ from }: KnownCluster) => RANKS.indexOf(from);

/** It was no longer in use when the other was made. */
function isOlder(it: KnownCluster, at: KnownCluster): boolean {
  return it.written !== undefined && at.made !== undefined &&
    it.written < at.made;
}

/**
 * It serves, and from a volume that nobody has named: a container that is made
 * again gets another one. Where something is mounted that it does not use, that
 * was meant.
 */
export function namelessFinding(
  { made, name }: Sight,
  at: KnownCluster,
): Finding | undefined {
  if (at.from !== "mounted" || !/^[0-9a-f]{64}$/.test(at.volume)) {
    return undefined;
  }
  const unused = made?.mounts.find((mount) =>
    mount.name !== at.volume &&
    /^\/var\/lib\/postgresql(\/|$)/.test(mount.mountPath)
  );
  return {
    code: "nameless-volume",
    grave: unused !== undefined,
    found: `its data are in a volume without a name${
      unused === undefined
        ? ""
        : `, and not in ${
          unused.name || `"${unused.source}"`
        } at ${unused.mountPath}`
    }: when "${name}" is made again, it begins empty`,
    remedy: [
      `Do not remove the container before its data are in a directory or a volume with a name. "pgladder plan ${name} --to TAG" says how.`,
    ],
    type: [],
  };
}

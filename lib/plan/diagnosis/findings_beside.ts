import type { Finding, KnownCluster, Sight } from "./diagnosis.ts";
import { quoted } from "../../base/shell.ts";
import { isBelow } from "../../run/data_mount.ts";
import { tagOf } from "../facts/image.ts";
import type { Making } from "./maker.ts";
import { imageFor, type Recipe } from "./recipe.ts";
import { countWords, day } from "./remedy.ts";

/**
 * An empty cluster is served while another one has the rows; or a younger one,
 * which was made after the other was last in use.
 */
export function besideFindings(
  sight:
    & Pick<Sight, "clusters" | "made" | "making" | "name" | "runtime">
    & Partial<Pick<Sight, "doing">>,
  at: KnownCluster,
): Finding | undefined {
  const isEmpty = at.relations === 0;
  const others = sight.clusters.filter((it) =>
    it !== at && it.relations > 0 && it.system !== at.system &&
    it.harmless === undefined && (isEmpty || mayBeMeant(it, at))
  ).toSorted((a, b) =>
    rank(a) - rank(b) || (b.written ?? 0) - (a.written ?? 0)
  );
  const [lost] = others;
  if (lost === undefined) return undefined;
  const last = lost.written === undefined
    ? ""
    : `, last written ${day(lost.written)}`;
  const more = others.length === 1 ? "" : `, and ${others.length - 1} more`;
  return {
    code: isEmpty ? "empty-beside" : "younger-beside",
    grave: true,
    found: `its cluster is ${
      isEmpty ? "empty" : isLarger(lost, at) ? "younger and smaller" : "younger"
    }, and a cluster of ${lost.major} with ${
      countWords(lost.relations)
    } lies in ${placeWords(lost)}${last}${more}`,
    ...bringBack(sight, at, lost),
  };
}

/**
 * Somebody who went by dump and restore keeps the old one in a directory
 * beside. A volume that no container has any more was hardly kept like that.
 */
function mayBeMeant(it: KnownCluster, at: KnownCluster): boolean {
  const isVolume = it.from === "project" || it.from === "unused";
  return isOlder(it, at) &&
    (isLarger(it, at) || isVolume && it.major !== at.major);
}

/** More tables; or as an application leaves it that has made its own again. */
function isLarger(it: KnownCluster, at: KnownCluster): boolean {
  if (it.relations > at.relations) return true;
  return it.from !== "beside" && it.held !== undefined &&
    at.held !== undefined && it.held > LARGER * at.held;
}

const LARGER = 1.25;

const placeWords = ({ path, volume }: KnownCluster) =>
  volume === "" ? `"${path}"` : `the volume ${volume}`;

/** How the one that is meant comes to be served, and no byte of the other is lost. */
function bringBack(
  { doing = "serves", made, making, name, runtime }:
    & Pick<Sight, "made" | "making" | "name" | "runtime">
    & Partial<Pick<Sight, "doing">>,
  at: KnownCluster,
  lost: KnownCluster,
): Pick<Finding, "remedy" | "type"> {
  const onPurpose = at.relations === 0
    ? ""
    : "Where somebody keeps that one on purpose, nothing is wrong. Else do as follows. ";
  const whose = lost.from === "unused"
    ? `Nothing says whose that volume was: see first that it is of "${name}". `
    : "";
  const writes = doing === "serves"
    ? "Stop what writes: what this cluster takes from now on is not in the other one. "
    : "";
  const stop = `${onPurpose}${whose}${writes}Type no "down -v" and no prune.`;
  if (lost.from === "mounted" && made !== undefined) {
    return {
      remedy: [stop, ...remount({ made, making, name }, at, lost)],
      type: [`${runtime} stop ${quoted(name)}`],
    };
  }
  const command = bringBackCommand({ made, making, name }, lost);
  const kept =
    "What this cluster has taken is put aside, and no commit removes it.";
  if (!/^[0-9a-f]{64}$/.test(at.volume)) {
    return {
      remedy: [stop, `Upgrade the other one into its place. ${kept}`],
      type: [command],
    };
  }
  const mountPath = made?.mounts.find((it) => it.name === at.volume)
    ?.mountPath ?? "its mount";
  return {
    remedy: [
      stop,
      `This cluster is in a volume without a name, which may go with its container. ${
        making?.kind === "container"
          ? `Give the container another name, and make "${name}" again with "-v ${name}-data:${mountPath}" and all else as it was.`
          : `Have "${name}" made again with a directory or a volume with a name at ${mountPath}.`
      } Then type "${command}".`,
    ],
    type: making?.kind === "container"
      ? [
        `${runtime} stop ${quoted(name)}`,
        `${runtime} update --restart=no ${quoted(name)}`,
        `${runtime} rename ${quoted(name)} ${quoted(`${name}-before`)}`,
      ]
      : [`${runtime} stop ${quoted(name)}`],
  };
}

/** It is mounted already, and its image looks elsewhere. */
function remount(
  { made, making, name }: {
    readonly made: Recipe;
    readonly making: Making | undefined;
    readonly name: string;
  },
  at: KnownCluster,
  lost: KnownCluster,
): string[] {
  const mountOf = ({ path }: KnownCluster) =>
    made.mounts.find(({ source }) => source !== "" && isBelow(path, source));
  const [own, other] = [mountOf(at), mountOf(lost)];
  const isOther = made.major !== lost.major;
  const then = isOther
    ? ` Then "pgladder upgrade ${name} --to ${
      tagOf(made.image) || made.major
    }" upgrades the lost data.`
    : "";
  const change = making?.kind === "container"
    ? `Make "${name}" again, unchanged but for this:`
    : `Change where "${name}" is made:`;
  if (own === undefined || other === undefined || own === other) {
    const place = lost.path.slice(own?.source.length ?? 0);
    return [
      `${change} PGDATA is ${
        own?.mountPath ?? ""
      }${place}, where the lost data lie.${then}`,
      `Copy "${at.path}" away first, if anything in it counts: it lies in the same volume, and goes with what a commit removes.`,
    ];
  }
  const source = other.name || `"${lost.path}"`;
  const place = isOther ? own.mountPath : made.pgdata;
  return [
    `${change} ${source} is mounted at ${place}, and not at ${other.mountPath}.${then}`,
  ];
}

/** By the name that it runs by, where that can have the data. */
function bringBackCommand(
  { made, making, name }: Pick<Sight, "made" | "making" | "name">,
  { major, path }: KnownCluster,
): string {
  const { image = "postgres", major: runs = major } = made ?? {};
  const stays = runs >= major;
  const tag = stays ? tagOf(image) : tagOf(imageFor(major, image));
  const words = [
    ...["upgrade", name],
    ...tag === "" ? ["--image", image] : ["--to", tag],
    ...["--volume", path],
    ...stays || !making?.switch ? [] : ["--switch", making.switch],
  ];
  return `pgladder ${words.map(quoted).join(" ")}`;
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
  sight: Sight,
  at: KnownCluster,
): Finding | undefined {
  const { made, name } = sight;
  if (at.from !== "mounted" || !/^[0-9a-f]{64}$/.test(at.volume)) {
    return undefined;
  }
  const unused = made?.mounts.find((mount) =>
    mount.name !== at.volume &&
    /^\/var\/lib\/postgresql(\/|$)/.test(mount.mountPath)
  );
  const move = moveOut(sight, at);
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
      "Do not remove the container before its data are in a directory or a volume with a name.",
      ...move.remedy,
    ],
    type: move.type,
  };
}

/** The server is stopped first, so what is copied is whole. */
function moveOut(
  { made, making, name, runtime }: Sight,
  { volume }: KnownCluster,
): Pick<Finding, "remedy" | "type"> {
  const mount = made?.mounts.find((it) => it.name === volume);
  if (mount === undefined) return { remedy: [], type: [] };
  const place = `/srv/${name}-data`;
  const isByHand = making?.kind === "container";
  return {
    remedy: [
      `To give them such a place, type the lines below. Then ${
        isByHand
          ? `make "${name}" again with "-v ${place}:${mount.mountPath}" and all else as it was.`
          : `have ${place} mounted at ${mount.mountPath} where "${name}" is made, and start it.`
      }`,
    ],
    type: [
      making?.unit
        ? `systemctl stop ${quoted(making.unit)}`
        : `${runtime} stop ${quoted(name)}`,
      `cp -a ${quoted(mount.source)} ${quoted(place)}`,
      ...isByHand
        ? [`${runtime} rename ${quoted(name)} ${quoted(`${name}-before`)}`]
        : [],
    ],
  };
}

import { relative } from "@std/path";
import { Failure } from "../../base/failure.ts";
import type { Container, ImageFacts, Mount } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { isBelow } from "../../run/data_mount.ts";
import type { Around, KnownCluster, Sight } from "../diagnosis/diagnosis.ts";
import { findOut } from "../diagnosis/find_out.ts";
import { largestMounted } from "../diagnosis/look.ts";
import {
  imageFor,
  placeIn,
  type Recipe,
  recipeOf,
} from "../diagnosis/recipe.ts";
import { settingsOfCommand } from "./command_settings.ts";
import { requireImage, setPgdata, tagOf, withTag } from "./image.ts";
import { refuseHeld } from "./held.ts";
import { unaskedServer } from "./unasked_server.ts";
import type { ServerFacts } from "./server.ts";

/**
 * A database that does not serve: it is stopped, or its image cannot, since the
 * data are of another major version: somebody's tag has moved. What is asked for
 * is an image that can, or an upgrade of the data.
 */
export interface Unserved {
  /** Made from the configuration where there is none at this moment. */
  readonly container: Container;
  /** As the disk tells it: nothing serves. */
  readonly server: ServerFacts;
  /** Of the data. */
  readonly mount: Mount;
  /** PGDATA of the image that cannot serve them. */
  readonly pgdata: string;
  /** Where the data lie below what is mounted; "" for its root. */
  readonly cluster: string;
  /** Of the data. */
  readonly major: number;
  /** It is started again and again, as opposed to stopped. */
  readonly active: boolean;
  /** The name of an image of their version, where a newer one is asked for. */
  readonly old?: string;
  /** They are not what it has mounted: `mount` is of its own, put aside. */
  readonly lost?: Lost;
}

/** A cluster that its container lost: it lies elsewhere, and nothing serves it. */
export interface Lost {
  /** Its data directory. */
  readonly path: string;
  readonly inode: string;
  /** The volume that it lies in, where it lies in one. */
  readonly volume?: string;
  /** The container serves its own, other cluster, or is about to. */
  readonly serves: boolean;
}

export interface Asked {
  readonly container: string;
  readonly to: string;
  readonly image?: string;
  /** Of the version of the data, where somebody names one. */
  readonly from?: string;
  readonly superuser?: string;
  /** A directory of the host: its own, or that of a lost cluster. */
  readonly volume?: string;
  readonly around?: Omit<Around, "ports">;
}

/**
 * Undefined where it serves, or does not for a reason that is told elsewhere.
 *
 * @throws {Failure} "not-running": the version that is asked for is older than
 * the data, or there is nothing yet to make the container of
 */
export async function unservedOf(
  asked: Asked,
  ports: Ports,
): Promise<Unserved | undefined> {
  const container = await ports.containers.inspect(asked.container);
  if (container?.running && !await cannotServe(container, ports)) {
    return undefined;
  }
  const sight = await sightOf(asked, ports);
  if (sight !== undefined) refuseHeld(sight);
  const recipe = sight?.making?.unit ? sight.configured : sight?.made;
  if (sight === undefined) return undefined;
  if (recipe === undefined) throwIfUnmade(sight);
  if (recipe?.major === undefined) return undefined;
  const data = dataOf(sight, recipe);
  if (data === undefined) return undefined;
  const { cluster, mount } = data;
  const fits = cluster.major === recipe.major;
  // It fails for another reason, which its log tells.
  if (fits && ["serves", "starts", "restarts"].includes(sight.doing)) {
    return undefined;
  }
  const reference = asked.image ?? withTag(recipe.image, asked.to);
  const target = await requireImage(reference, ports);
  const wanted = Number.parseInt(target.env["PG_MAJOR"] ?? "");
  if (fits && !(wanted > cluster.major)) return undefined;
  if (!(wanted >= cluster.major)) {
    throw wrongVersion(asked.container, recipe, cluster, target);
  }
  if (cluster.system === "") throw unreadable(asked.container, cluster);
  const superuser = asked.superuser ?? sight.superuser;
  const command = settingsOfCommand(recipe.command ?? []);
  return {
    container: container ?? await containerOf(asked.container, recipe, ports),
    server: await unaskedServer(
      cluster,
      { command, dataDirectory: recipe.pgdata, superuser },
      ports.files,
    ),
    mount,
    pgdata: recipe.pgdata,
    cluster: relative(mount.source, cluster.path),
    major: cluster.major,
    active: sight.doing === "restarts" || sight.doing === "starts",
    ...(wanted === cluster.major ? {} : {
      old: asked.from ??
        await oldImage(asked.container, recipe, data, ports),
    }),
  };
}

/** A project that is down has nothing to begin from: it is made first. */
function throwIfUnmade({ configured, making, name }: Sight) {
  const { kind, maker, make, note = "" } = making ?? {};
  if (kind !== "project" || configured === undefined) return;
  throw new Failure("not-running", {
    name,
    state: `there is no container of the service ${maker?.service ?? name}`,
    hint:
      `Type "${make}", which makes it and does not start it${note}. Then type the same again`,
  });
}

/**
 * What can serve the data: the image of another container that has them, such
 * as the one that was replaced; else the same kind of image with their version.
 */
export async function oldImage(
  name: string,
  { image }: Recipe,
  { cluster, mount }: {
    cluster: Pick<KnownCluster, "major">;
    mount: Pick<Mount, "source">;
  },
  { containers }: Ports,
): Promise<string> {
  if ((await containers.image(image))?.env["PG_MAJOR"] === `${cluster.major}`) {
    return image;
  }
  for (const other of (await containers.inventory()).containers) {
    const has = other.name !== name &&
      other.mounts.some(({ source }) => source === mount.source);
    if (!has) continue;
    const found = await containers.image(other.imageId);
    if (found?.env["PG_MAJOR"] !== `${cluster.major}`) continue;
    // Its name may stand for another image by now.
    const named = await containers.image(other.image);
    return named?.id === found.id ? other.image : found.id;
  }
  return imageFor(cluster.major, image);
}

/** Where it looks there are data that it cannot read. */
async function cannotServe(container: Container, ports: Ports) {
  const { containers, clusters } = ports;
  const recipe = recipeOf(
    container,
    await containers.image(container.imageId),
  );
  const place = placeIn(recipe);
  const version = place === undefined
    ? undefined
    : (await clusters.look(place))?.version;
  if (container.status === "restarting") return true;
  // It is between two of its starts, and looks where there are none.
  if (version === undefined && (container.restarts ?? 0) > 0) return true;
  // A running server's image reads what it works on.
  return recipe.major !== undefined && /^\d+$/.test(version ?? "") &&
    Number(version) !== recipe.major;
}

/** What is not known at all is told by whoever needs a container. */
export async function sightOf(
  { around, container }: Asked,
  ports: Ports,
): Promise<Sight | undefined> {
  const { directory = "/", runtime = "podman" } = around ?? {};
  try {
    return await findOut(container, { directory, ports, runtime });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The cluster where it looks, or else the one that is mounted. */
function dataOf({ clusters }: Sight, recipe: Recipe) {
  const place = placeIn(recipe);
  const cluster = clusters.find(({ path }) => path === place) ??
    largestMounted(clusters);
  const found = cluster &&
    recipe.mounts.find(({ source }) =>
      source !== "" && isBelow(cluster.path, source)
    );
  if (cluster === undefined || found === undefined) return undefined;
  const mount: Mount = {
    kind: cluster.volume === "" ? "bind" : "volume",
    name: cluster.volume,
    source: found.source,
    mountPath: found.mountPath,
  };
  return { cluster, mount };
}

/** Nothing says which cluster it is, nor how it was left. */
export function unreadable(
  name: string,
  { major, path }: Pick<KnownCluster, "major" | "path">,
): Failure {
  return new Failure("not-running", {
    name,
    state: `"${path}/global/pg_control" is missing or damaged`,
    hint:
      `PostgreSQL ${major} does not start without it. Nothing was changed. Restore the data from a backup`,
  });
}

export function wrongVersion(
  name: string,
  { image, major }: Recipe,
  cluster: Pick<KnownCluster, "major" | "path">,
  target: ImageFacts,
): Failure {
  const asked = target.env["PG_MAJOR"] ?? "an unknown version";
  return new Failure("not-running", {
    name,
    state:
      `${image} is PostgreSQL ${major}, its data in "${cluster.path}" are of ${cluster.major}`,
    hint:
      `PostgreSQL ${asked} cannot read them either. Name ${cluster.major} or a later one, such as "pgladder upgrade ${name} --to ${
        tagOf(imageFor(cluster.major, image))
      }"`,
  });
}

/** As it would be made: between two starts there is none. */
export async function containerOf(
  name: string,
  { command = [], image, mounts, pgdata }: Recipe,
  { containers }: Ports,
): Promise<Container> {
  const facts = await containers.image(image);
  return {
    name,
    id: "",
    image,
    imageId: facts?.id ?? "",
    running: false,
    pid: 0,
    mounts: mounts.map((it) => ({ kind: "other", ...it })),
    env: { ...facts?.env, PGDATA: pgdata },
    labels: {},
    command,
    restartPolicy: "no",
    pod: "",
  };
}

/**
 * Where the image that can serve them has its data directory, and where the
 * volume must be mounted for that.
 *
 * @throws {Failure} "not-running": no mount of the volume leads there
 */
export function placeOfUnserved(
  { cluster, container, mount }: Unserved,
  { from, to }: {
    readonly from: ImageFacts | undefined;
    readonly to: ImageFacts;
  },
): { pgdata: string; inner: string } {
  const set = setPgdata(container, from);
  const pgdata = set ?? to.env["PGDATA"] ?? container.env["PGDATA"] ?? "/";
  const below = cluster === "" ? "" : `/${cluster}`;
  if (pgdata.endsWith(below)) {
    return { pgdata, inner: pgdata.slice(0, pgdata.length - below.length) };
  }
  throw new Failure("not-running", {
    name: container.name,
    state:
      `its data lie in "${mount.source}${below}", and an image of their version would look in ${pgdata}`,
    hint:
      `Set PGDATA to ${mount.mountPath}${below} in its environment, and bring it up with an image of their version`,
  });
}

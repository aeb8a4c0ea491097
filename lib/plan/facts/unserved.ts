import { relative } from "@std/path";
import { Failure } from "../../base/failure.ts";
import type { Container, ImageFacts, Mount } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { isBelow } from "../../run/data_mount.ts";
import type { Around, KnownCluster, Sight } from "../diagnosis/diagnosis.ts";
import { findOut } from "../diagnosis/find_out.ts";
import {
  imageFor,
  placeIn,
  type Recipe,
  recipeOf,
} from "../diagnosis/recipe.ts";
import { requireImage, setPgdata, tagOf, withTag } from "./image.ts";
import type { ServerFacts } from "./server.ts";

/**
 * A database that its image cannot serve, since the data are of another major
 * version: somebody's tag has moved. What is asked for is an image that can.
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
}

interface Asked {
  readonly container: string;
  readonly to: string;
  readonly image?: string;
  readonly superuser?: string;
  readonly around?: Omit<Around, "ports">;
}

/**
 * Undefined where it serves, or does not for another reason.
 *
 * @throws {Failure} "not-running": the version that is asked for cannot serve
 * the data either
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
  const recipe = sight?.making?.unit ? sight.configured : sight?.made;
  if (sight === undefined || recipe?.major === undefined) return undefined;
  const data = dataOf(sight, recipe);
  if (data === undefined || data.cluster.major === recipe.major) {
    return undefined;
  }
  const { cluster, mount } = data;
  const reference = asked.image ?? withTag(recipe.image, asked.to);
  const target = await requireImage(reference, ports);
  if (Number.parseInt(target.env["PG_MAJOR"] ?? "") !== cluster.major) {
    throw wrongVersion(asked.container, recipe, cluster, target);
  }
  const superuser = asked.superuser ?? sight.superuser;
  return {
    container: container ?? await containerOf(asked.container, recipe, ports),
    server: serverOf(cluster, superuser, recipe.pgdata),
    mount,
    pgdata: recipe.pgdata,
    cluster: relative(mount.source, cluster.path),
    major: cluster.major,
    active: sight.doing === "restarts" || sight.doing === "starts",
  };
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
  // A running server's image reads what it works on.
  return recipe.major !== undefined && /^\d+$/.test(version ?? "") &&
    Number(version) !== recipe.major;
}

/** What is not known at all is told by whoever needs a container. */
async function sightOf(
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
  const mounted = clusters.filter(({ from }) => from === "mounted")
    .toSorted((a, b) => b.relations - a.relations);
  const cluster = clusters.find(({ path }) => path === place) ?? mounted[0];
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

function wrongVersion(
  name: string,
  { image, major }: Recipe,
  cluster: KnownCluster,
  target: ImageFacts,
): Failure {
  const asked = target.env["PG_MAJOR"] ?? "another version";
  return new Failure("not-running", {
    name,
    state:
      `${image} is PostgreSQL ${major}, its data in "${cluster.path}" are of ${cluster.major}`,
    hint:
      `First have ${cluster.major} serve them again: "pgladder upgrade ${name} --to ${
        tagOf(imageFor(cluster.major, image))
      }". Then upgrade to ${asked}`,
  });
}

/** As it would be made: between two starts there is none. */
async function containerOf(
  name: string,
  { image, mounts, pgdata }: Recipe,
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
    command: [],
    restartPolicy: "no",
    pod: "",
  };
}

/** What only a server knows is not needed to have it serve again. */
function serverOf(
  { major, state, system }: KnownCluster,
  superuser: string,
  dataDirectory: string,
): ServerFacts {
  return {
    version: `${major}`,
    superuser,
    dataDirectory,
    systemIdentifier: system,
    encoding: "",
    collate: "",
    ctype: "",
    provider: null,
    locale: null,
    checksums: false,
    walSegmentMb: 16,
    inRecovery: state === "in archive recovery" ||
      state === "shut down in recovery",
    archiveMode: "off",
    configurationFiles: [],
    preloaded: "",
    set: [],
    granted: [],
    md5Roles: 0,
    tablespaces: [],
    preparedTransactions: 0,
    slots: [],
    logicalSlots: [],
    idleSlots: [],
    roleSettings: [],
    databases: [],
    encodings: [],
    namesBeyondAscii: [],
    connections: [],
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

import { join } from "@std/path";
import type { Image } from "../../../journal/plan.ts";
import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { dataMountOf, isBelow } from "../../run/data_mount.ts";
import { userWords } from "../../run/other_servers.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import { changeableParents } from "../../run/trust.ts";
import { clustersIn, type FoundCluster } from "../diagnosis/clusters.ts";
import type { Sight } from "../diagnosis/diagnosis.ts";
import { besideFindings } from "../diagnosis/findings_beside.ts";
import { knownClusters } from "../diagnosis/look.ts";
import { placeIn, type Recipe, recipeOf } from "../diagnosis/recipe.ts";
import { settingsOfCommand } from "./command_settings.ts";
import { refuseHeld } from "./held.ts";
import { requireImage, withTag } from "./image.ts";
import {
  type Asked,
  containerOf,
  type Lost,
  oldImage,
  sightOf,
  unreadable,
  type Unserved,
  wrongVersion,
} from "./unserved.ts";
import { unaskedServer } from "./unasked_server.ts";
import type { volumeFacts } from "./volume.ts";

/**
 * The cluster that `--volume` names, where that is not what the container has
 * mounted: it is upgraded into the container's own place. Undefined where
 * there is none, or the path is the container's own.
 *
 * @throws {Failure} "not-running": the version that is asked for is older
 */
export async function lostOf(
  asked: Asked,
  ports: Ports,
): Promise<Unserved | undefined> {
  const { volume } = asked;
  const root = volume?.startsWith("/") && await ports.files.look(volume);
  if (volume === undefined || !root) return undefined;
  const sight = await sightOf(asked, ports);
  if (sight !== undefined) refuseHeld(sight);
  const recipe = sight?.making?.unit ? sight.configured : sight?.made;
  if (sight === undefined || recipe === undefined) return undefined;
  const container = await ports.containers.inspect(asked.container) ??
    await containerOf(asked.container, recipe, ports);
  const mount = dataMountOf(container.mounts, recipe.pgdata);
  const own = mount && await ports.files.look(mount.source);
  if (mount === undefined || own?.inode === root.inode) return undefined;
  const cluster = await largestIn(volume, recipe, ports);
  const place = cluster && await ports.files.look(cluster.path);
  if (cluster === undefined || place === undefined) return undefined;
  const reference = asked.image ?? withTag(recipe.image, asked.to);
  const target = await requireImage(reference, ports);
  if (!(Number.parseInt(target.env["PG_MAJOR"] ?? "") >= cluster.major)) {
    throw wrongVersion(asked.container, recipe, cluster, target);
  }
  if (cluster.system === "") throw unreadable(asked.container, cluster);
  const within = await volumeAround(cluster.path, ports);
  return {
    container,
    server: await unaskedServer(cluster, {
      command: settingsOfCommand(recipe.command ?? []),
      dataDirectory: recipe.pgdata,
      superuser: asked.superuser ?? sight.superuser,
    }, ports.files),
    mount,
    pgdata: recipe.pgdata,
    cluster: "",
    major: cluster.major,
    active: isActive(sight),
    old: asked.from ??
      await oldImage(asked.container, recipe, {
        cluster,
        mount: { source: within?.path ?? cluster.path },
      }, ports),
    lost: {
      path: cluster.path,
      inode: place.inode,
      ...(within === undefined ? {} : { volume: within.name }),
      // Or is about to: it is waited for on the way back.
      serves: sight.doing === "serves" || sight.doing === "starts",
    },
  };
}

const isActive = ({ doing }: Sight) =>
  doing === "serves" || doing === "restarts" || doing === "starts";

/** One that the container itself looks at is not lost. */
async function largestIn(
  directory: string,
  recipe: Recipe,
  ports: Ports,
): Promise<FoundCluster | undefined> {
  const found = await clustersIn(directory, ports);
  return found.filter(({ path }) => path !== placeIn(recipe))
    .toSorted((a, b) => b.relations - a.relations)[0];
}

/** What a prune would take it with. */
async function volumeAround(path: string, { containers }: Ports) {
  const { volumes } = await containers.inventory();
  return volumes.find((volume) => isBelow(path, volume.path));
}

/** What serves is empty, or younger than another that could be its own. */
async function besideOf(
  container: Container,
  { around }: Pick<Asked, "around">,
  ports: Ports,
): Promise<{ found: string; next: string } | undefined> {
  const { image, imageId, labels, name } = container;
  const facts = await ports.containers.image(imageId || image);
  const made = recipeOf(container, facts);
  const project = labels[PROJECT_LABEL] ?? "";
  const inventory = await ports.containers.inventory();
  const asked = { inventory, name, project, recipes: [made] };
  const clusters = await knownClusters(asked, ports);
  const at = clusters.find(({ path }) => path === placeIn(made));
  const { runtime = "podman" } = around ?? {};
  const sight = { clusters, made, making: undefined, name, runtime };
  const found = at && besideFindings(sight, at)?.found;
  return found === undefined ? undefined : {
    found,
    next:
      `See "pgladder status ${name}": it says how the other one comes into its place`,
  };
}

/** Of the lost cluster that is meant, or of one that may be. */
export async function lostFacts(
  { container, unserved }: {
    readonly container: Container;
    readonly unserved?: Unserved;
  },
  { found, ofVolume, request }: {
    readonly found: Image | undefined;
    readonly ofVolume: VolumeFacts;
    readonly request: Pick<Asked, "around">;
  },
  ports: Ports,
) {
  if (unserved === undefined) {
    return { beside: await besideOf(container, request, ports) };
  }
  const { lost } = unserved;
  return lost && await factsOfLost(lost, ofVolume, found, ports);
}

type VolumeFacts = Awaited<ReturnType<typeof volumeFacts>>;

/** What is told of the container's own volume, and is to be of the lost one. */
async function factsOfLost(
  { path }: Lost,
  own: VolumeFacts,
  found: Image | undefined,
  { containers, files }: Ports,
) {
  const facts = await files.look(path);
  const parents = await changeableParents(path, { files }, facts?.owner.uid);
  const unsafe = parents.filter(({ harmless }) => !harmless);
  const place = found && join(own.volume, found.cluster);
  return {
    clusterOwner: facts?.owner,
    ownOwner: place === undefined ? undefined : (await files.look(place))
      ?.owner,
    bytes: await files.sizeOf(path),
    // Blocks are shared within one file system.
    canClone: own.canClone && facts?.device === own.volumeFile?.device,
    unsafeParents: [
      ...own.unsafeParents,
      ...unsafe.map((it) => it.found),
    ],
    linkedParent: own.linkedParent ??
      parents.find(({ link }) => link)?.found,
    inUse: await Promise.all(
      (await files.usersOf(path)).filter(({ working }) => working)
        .map(async (user) =>
          userWords(
            user,
            user.container === ""
              ? undefined
              : await containers.inspect(user.container),
          )
        ),
    ),
    hasRun: await files.look(`${stateDirectoryOf(path)}/journal.json`) !==
      undefined,
  };
}

import { runLineOf } from "../../configuration/would_run.ts";
import { quoted } from "../../base/shell.ts";
import { projectIn } from "../../configuration/compose/project.ts";
import { calledBy, containerOfService } from "./project_name.ts";
import type { Container, Inventory } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";
import { Failure } from "../../base/failure.ts";
import { lastErrorOf } from "../../run/last_error.ts";
import { lastRefusal, lastWorkOn } from "../../run/past_runs.ts";
import { isOfRun } from "../../run/paths.ts";
import { otherServersOn } from "../../run/other_servers.ts";
import { ofOtherRuntime, sharersOf } from "../../run/sharers.ts";
import { isBelow } from "../../run/data_mount.ts";
import { driftsIfAny } from "../facts/drift.ts";
import { rootlessUserOf } from "../facts/container.ts";
import type { Around, Doing, KnownCluster, Sight } from "./diagnosis.ts";
import {
  clustersOfNobody,
  knownClusters,
  largestMounted,
  mountedRoots,
} from "./look.ts";
import { type Making, makingOf } from "./maker.ts";
import { placeIn, type Recipe, recipeOf, recipeOfLine } from "./recipe.ts";
import { sortedOtherwise } from "./sorting.ts";

/**
 * Looks at a container, what makes it, and every cluster that could be its own.
 * Reads only.
 *
 * @throws {Failure} nothing on this host is or makes a container of that name
 */
export async function findOut(name: string, around: Around): Promise<Sight> {
  const { ports, runtime } = around;
  const container = await ports.containers.inspect(name);
  const inventory = await ports.containers.inventory();
  const making = await makingOf({ container, inventory, name }, around);
  if (container === undefined && making === undefined) {
    throw await nothingKnown(name, inventory, around);
  }
  const made = container &&
    recipeOf(container, await imageOf(container, ports));
  const configured = making && await configuredOf(name, making, ports);
  const recipes = [made, configured].filter((it) => it !== undefined);
  const clusters = await withOthers(
    { name, recipes, runtime },
    await knownClusters({
      name,
      inventory,
      project: making?.maker?.project ?? "",
      recipes,
    }, ports),
    ports,
  );
  const unit = making?.unit
    ? (await ports.units.show([making.unit])).get(making.unit)
    : undefined;
  const at = clusters.find(({ path }) =>
    recipes[0] && path === placeIn(recipes[0])
  );
  const doing = doingOf({ at, container, made, unit });
  return {
    name,
    runtime,
    doing,
    restarts: Math.max(container?.restarts ?? 0, unit?.restarts ?? 0),
    making,
    made,
    configured,
    clusters,
    superuser: made?.superuser || configured?.superuser || "postgres",
    ...await pastOf(at ?? largestMounted(clusters), recipes, ports),
    drift: await driftsIfAny({ container: name }, ports),
    sorted: doing === "serves" && container !== undefined && at !== undefined
      ? await sortedOtherwise(container, at.major, ports)
      : [],
    said: doing === "serves" || doing === "gone" && unit === undefined
      ? ""
      : await lastErrorOf({ container, unit: making?.unit ?? "" }, around),
  };
}

/** Of the very cluster that it looks at, or else has mounted. */
async function pastOf(
  at: KnownCluster | undefined,
  recipes: readonly Recipe[],
  ports: Ports,
): Promise<Pick<Sight, "refused" | "worked">> {
  if (at === undefined) return {};
  const { system } = at;
  const roots = mountedRoots(recipes);
  const refusals = await Promise.all(
    roots.map((root) => lastRefusal(root, ports)),
  );
  const works = await Promise.all(
    roots.map((volume) => lastWorkOn({ system, volume }, ports)),
  );
  return {
    refused: refusals.find((it) => it?.system === system),
    worked: works.find((it) => it !== undefined),
  };
}

/** Of what it has mounted: who else is at work there. */
async function withOthers(
  { name, recipes, runtime }: Pick<Sight, "name" | "runtime"> & {
    readonly recipes: readonly Recipe[];
  },
  clusters: readonly KnownCluster[],
  ports: Ports,
): Promise<readonly KnownCluster[]> {
  const roots = mountedRoots(recipes);
  return await Promise.all(clusters.map(async (it) => {
    if (it.from !== "mounted") return it;
    const { path } = it;
    const root = roots.find((at) => isBelow(path, at)) ?? path;
    const others = await otherServersOn(path, name, ports);
    const sharers = await sharersOf({ name, path, root, runtime }, ports);
    return {
      ...it,
      ...others.length > 0 && { others },
      ...sharers.length > 0 && { sharers },
    };
  }));
}

/** Its own name may stand for another image by now. */
async function imageOf({ image, imageId }: Container, { containers }: Ports) {
  return await containers.image(imageId === "" ? image : imageId);
}

async function configuredOf(
  name: string,
  { maker, unit }: Making,
  ports: Ports,
): Promise<Recipe | undefined> {
  if (unit === "" && maker === undefined) return undefined;
  const line = await runLineOf(ports, unit || `${name}.service`, name, maker);
  return line &&
    recipeOfLine(line, await ports.containers.image(line.image.text));
}

function doingOf(
  { at, container, made, unit }: {
    readonly container: Container | undefined;
    readonly made: Recipe | undefined;
    readonly unit: Unit | undefined;
    /** Where it looks for its data. */
    readonly at: KnownCluster | undefined;
  },
): Doing {
  const again = container?.status === "restarting" ||
    unit?.sub === "auto-restart";
  // Another version's server has left its file there, and says so in it.
  const fits = made?.major === undefined || made.major === at?.major;
  if (container?.running && fits && at?.server === "ready") return "serves";
  if (again) return "restarts";
  // What a unit starts is removed with each stop.
  if (container === undefined) return unit?.loaded ? "stopped" : "gone";
  if (container.running) {
    return !fits || (container.restarts ?? 0) > 0 ? "restarts" : "starts";
  }
  // Its process has just ended, and it is about to be started again.
  const ends = container.status === "running" &&
    ((container.restarts ?? 0) > 0 || container.restartPolicy !== "no");
  if (ends) return "restarts";
  const isNew = ["created", "configured", "initialized"]
    .includes(container.status ?? "");
  return isNew ? "created" : "stopped";
}

async function nothingKnown(
  name: string,
  inventory: Inventory,
  { directory, ports, runtime }: Around,
): Promise<Failure> {
  const { containers } = inventory;
  const user = await rootlessUserOf(name, ports);
  if (user !== undefined) return new Failure("rootless", { name, user });
  const ofService = containers.filter(({ labels }) =>
    labels["com.docker.compose.service"] === name
  ).map((it) => it.name);
  const beside = await ports.otherRuntime?.containers.inventory();
  const running = [
    ...containers,
    ...ofOtherRuntime(beside, inventory),
  ].filter((it) =>
    (it.running || it.status === "restarting") && !isOfRun(it.name)
  ).map((it) => it.name);
  const lost = await clustersOfNobody(inventory, ports);
  const here = await projectIn(directory, ports);
  const called = here && calledBy(name, here);
  const own = here && containerOfService(name, here, runtime);
  const where = called !== undefined
    ? `The compose file here is of the project "${here?.named}", and nothing is left of "${called.name}". If it was brought up with -p, make it first: ${
      [
        ...called.tool,
        ...["-p", called.name, "up", "--no-start", called.service],
      ].map(quoted).join(" ")
    }`
    : `Where compose makes it, type this in the directory of its compose file${
      lost.length === 0
        ? ""
        : `. Clusters in volumes that no container has: ${lost.join(", ")}`
    }`;
  return new Failure("no-such-container", {
    name,
    hint: ofService.length === 0 && own !== undefined
      ? `The container of the service "${name}" is called ${own}`
      : ofService.length > 0
      ? `The container of the service "${name}" is ${ofService.join(" or ")}`
      : running.length > 0
      ? `Running: ${[...new Set(running)].join(", ")}. ${where}`
      : `No container runs on this host. ${where}`,
  });
}

import { controlOf, initialise, open, shutDown, versionOf } from "./cluster.ts";
import { below, type FakeDirectory, putDirectory } from "./disk.ts";
import type { FakeContainer } from "./runtime.ts";
import type { World } from "./world.ts";

/** The postgres image's entrypoint and its server, at the level of its contract. */
export interface Server {
  readonly kind: "server";
  phase: "starting" | "ready";
  /** The data directory that it works in. */
  data: FakeDirectory | undefined;
}

export const newServer = (): Server => ({
  kind: "server",
  phase: "starting",
  data: undefined,
});

/** Where in the container's mounts its data directory lies. */
export function dataPlace(
  world: World,
  container: FakeContainer,
): { mount: FakeDirectory; rest: string; pgdata: string } | undefined {
  const pgdata = container.env["PGDATA"] ??
    world.runtime.images.get(container.imageId)?.pgdata ?? "/";
  const [mount] = container.mounts
    .filter(({ mountPath }) =>
      pgdata === mountPath || pgdata.startsWith(`${mountPath}/`)
    )
    .sort((a, b) => b.mountPath.length - a.mountPath.length);
  if (mount === undefined) return undefined;
  return {
    mount: mount.node,
    rest: pgdata.slice(mount.mountPath.length),
    pgdata,
  };
}

/** One tick of the host. */
export function stepServer(
  world: World,
  container: FakeContainer,
  server: Server,
) {
  if (server.phase === "ready") return;
  const data = enter(world, container);
  if (data === undefined) return world.runtime.kill(container);
  server.data = data;
  world.opened(data, container);
  open(world.disk, data, true);
  server.phase = "ready";
}

/** The data directory to serve; undefined where the entrypoint refuses. */
function enter(
  world: World,
  container: FakeContainer,
): FakeDirectory | undefined {
  const place = dataPlace(world, container);
  const image = world.runtime.images.get(container.imageId);
  if (place === undefined || image === undefined) return undefined;
  const { mount, pgdata, rest } = place;
  const found = below(mount, rest);
  if (found?.kind === "file") return undefined;
  const version = found === undefined ? undefined : versionOf(found);
  // The image initialises where PG_VERSION is missing or has no content.
  if (version === undefined || version === "") {
    if (found !== undefined && found.entries.size > 0) return undefined;
    if (refusesOldPlaces(mount, image.major, pgdata)) return undefined;
    let data = mount;
    for (const part of rest.split("/").filter(Boolean)) {
      data = putDirectory(world.disk, data, part, true);
    }
    initialise(world.disk, data, {
      major: image.major,
      system: world.newSystem(),
      durable: true,
    });
    world.initialised(container);
    return data;
  }
  // A placeholder's sentence, or another major version.
  if (version !== String(image.major)) return undefined;
  return found !== undefined && controlOf(found) !== undefined
    ? found
    : undefined;
}

/** From 18 on, and only where PGDATA is the image's own. */
function refusesOldPlaces(
  mount: FakeDirectory,
  major: number,
  pgdata: string,
): boolean {
  if (major < 18 || pgdata !== `/var/lib/postgresql/${major}/docker`) {
    return false;
  }
  return ["", "data"].some((place) => {
    const node = below(mount, place);
    return node?.kind === "directory" && (versionOf(node) ?? "") !== "";
  });
}

/** A fast shutdown that was given its time. */
export function stopServer(world: World, container: FakeContainer) {
  const { process } = container;
  if (process?.kind === "server" && process.data !== undefined) {
    shutDown(world.disk, process.data, true);
  }
  world.runtime.kill(container);
}

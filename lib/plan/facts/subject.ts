import { join, relative } from "@std/path";
import type { Maker } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import { makerWithEnv } from "../../configuration/compose/env_files.ts";
import type { Container, Mount } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { dataMountOf } from "../../run/data_mount.ts";
import { placeIn, recipeOf } from "../diagnosis/recipe.ts";
import { requireContainer } from "./container.ts";
import type { Sharer } from "../../run/sharers.ts";
import { requireAlone, requireUnshared } from "./held.ts";
import { lostOf } from "./lost.ts";
import { askServer, type ServerFacts } from "./server.ts";
import { oddConfigurationIn } from "./start_files.ts";
import { type Asked, type Unserved, unservedOf } from "./unserved.ts";
import { layoutOf } from "./layouts.ts";
import { refuseVendor } from "./vendors.ts";

export interface Shared {
  /** Other containers that have the data, and do not start by themselves. */
  readonly sharers?: readonly Sharer[];
}

interface Subject extends Shared {
  readonly container: Container;
  readonly maker: Maker | undefined;
  readonly mount: Mount | undefined;
  readonly server: ServerFacts;
  readonly unserved?: Unserved;
}

/** One that starts for ever runs for a moment, and is looked at again. */
const LOOKS = 3;

/**
 * What is upgraded: it answers for itself, or its disk does.
 *
 * @throws {Failure} it is a vendor's own, none of that name runs, or it does
 * not answer
 */
export async function subjectOf(
  request: Asked,
  ports: Ports,
): Promise<Subject> {
  await refuseVendor(request.container, ports);
  for (let look = 1;; look++) {
    const before = await ports.containers.inspect(request.container);
    try {
      return await lookAt(request, before, ports);
    } catch (error) {
      const after = await ports.containers.inspect(request.container);
      const ended = before?.running && before.pid !== after?.pid;
      if (!ended || look === LOOKS) throw error;
    }
  }
}

async function lookAt(
  request: Asked,
  seen: Container | undefined,
  ports: Ports,
): Promise<Subject> {
  const { runtime = "podman" } = request.around ?? {};
  const whose = { name: request.container, runtime };
  // It serves, or was refused: no image of another vendor reads what lies elsewhere.
  const unserved = seen !== undefined && layoutOf(seen) !== undefined
    ? undefined
    : await lostOf(request, ports) ?? await unservedOf(request, ports);
  if (unserved !== undefined) {
    const { cluster, container, lost, mount, server } = unserved;
    const maker = await makerWithEnv(container.labels, ports);
    const path = join(mount.source, lost === undefined ? cluster : "");
    const sharers = await requireUnshared(
      { ...whose, path, root: mount.source },
      ports,
    );
    return { container, maker, mount, server, sharers, unserved };
  }
  const container = await requireContainer(request.container, ports);
  await requireConfiguration(container, ports);
  const server = await askServer(container, ports, request.superuser);
  const mount = dataMountOf(container.mounts, server.dataDirectory);
  const sharers = mount === undefined ? [] : await requireAlone({
    ...whose,
    path: join(mount.source, relative(mount.mountPath, server.dataDirectory)),
    root: mount.source,
  }, ports);
  const maker = await makerWithEnv(container.labels, ports);
  return { container, maker, mount, server, sharers };
}

/** @throws {Failure} "no-answer": a question would keep its server waiting for ever */
export async function requireConfiguration(
  container: Container,
  { containers, files }: Pick<Ports, "containers" | "files">,
) {
  const image = await containers.image(container.imageId);
  const recipe = recipeOf(container, image);
  const place = placeIn(recipe);
  if (place === undefined) return;
  const [odd] = await oddConfigurationIn(place, files, recipe.pgdata);
  if (odd === undefined) return;
  throw new Failure("no-answer", {
    name: container.name,
    reason: `${odd}, and it would read it to answer`,
    hint: "Put the server's own file there, then type the same again",
  });
}

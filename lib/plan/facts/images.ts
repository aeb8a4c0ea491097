import { Failure } from "../../base/failure.ts";
import { makerOf } from "../../configuration/compose/labels.ts";
import { projectOfMaker } from "../../configuration/compose/project.ts";
import { serviceOf } from "../../configuration/compose/service.ts";
import type { Ports } from "../../port/ports.ts";
import type { Container, ImageFacts, Mount } from "../../port/containers.ts";
import type { Unit } from "../../port/units.ts";
import type { RunLine } from "../../configuration/run_line/run_line.ts";
import type { ServerFacts } from "./server.ts";
import {
  imageOf,
  OTHER_IMAGE,
  placeOf,
  requireImage,
  setPgdata,
  targetOf,
  withTag,
} from "./image.ts";
import { layoutOf } from "./layouts.ts";
import { leavingOf } from "./leaving.ts";
import { isBelow } from "../../run/data_mount.ts";
import { askContents } from "./image_contents.ts";
import { pullingOf } from "./pulling.ts";
import { placeOfUnserved, type Unserved } from "./unserved.ts";

/** The tag that the operator wants, or the whole image. */
interface Wanted {
  readonly to: string;
  readonly image?: string;
  /** The old version's image, where nothing serves the data. */
  readonly from?: string;
}

/** Both images, and how the unit calls them. */
export async function imagesFor(
  request: Wanted,
  { container, server, mount, runLine, unit, unserved }: {
    readonly container: Container;
    readonly server: ServerFacts;
    readonly mount: Mount | undefined;
    readonly runLine: RunLine | undefined;
    readonly unit: Unit | undefined;
    readonly unserved?: Unserved;
  },
  ports: Ports,
) {
  // The unit's own word for it: a short name stays a short name.
  const named = runLine?.image.text ?? container.image;
  const [fromFacts, unitImage] = await Promise.all([
    ports.containers.image(container.imageId || named),
    ports.containers.image(named),
  ]);
  const place = {
    pgdata: server.dataDirectory,
    inner: mount?.mountPath ?? "/",
  };
  const reference = request.image ??
    withTag(layoutOf(container)?.image ?? named, request.to);
  const pulling = await pullingOf(unit, reference, ports);
  const toFacts = await targetOf(reference, named, container, ports)
    .catch((failure) =>
      explained(failure, reference, { container, request }, ports)
    );
  const pgdata = runLine?.env["PGDATA"] ??
    await pgdataOfProject(container, ports) ??
    setPgdata(container, fromFacts);
  const old = await oldOf(unserved, request.from, fromFacts, ports);
  const [found, to] = await Promise.all([
    imageOf(ports, { reference: named, facts: fromFacts, ...place }),
    imageOf(ports, {
      reference,
      facts: toFacts,
      more: askContents(server, layoutOf(container) !== undefined),
      ...unserved !== undefined && old === undefined
        ? placeOfUnserved(unserved, { from: fromFacts, to: toFacts })
        : placeOf(
          pgdata,
          // What lies elsewhere comes to where its own is mounted.
          unserved?.lost ? place : old?.image ?? place,
          toFacts,
        ),
    }),
  ]);
  const commands = { from: fromFacts?.command, to: toFacts.command };
  const both = { from: fromFacts, to: toFacts };
  const rest = {
    leaving: await leavingOf({ container, server, unserved }, both, ports),
    ...{ commands, found: undefined, named, pulling, reference, to, unitImage },
  };
  if (unserved === undefined) return { ...rest, from: found };
  // It looks for its data where they are not, or cannot read them.
  const { cluster } = unserved;
  if (old === undefined) {
    return { ...rest, from: { ...found, image: { ...found.image, cluster } } };
  }
  const { inner, pgdata: looks } = found.image;
  return {
    ...rest,
    from: { ...old, image: { ...old.image, cluster } },
    found: isBelow(looks, inner)
      ? found.image
      : { ...found.image, cluster: "" },
  };
}

/** As its project says it, though it may be the image's own: it stays so. */
async function pgdataOfProject({ labels, name }: Container, ports: Ports) {
  const maker = makerOf(labels);
  if (maker === undefined) return undefined;
  const project = await projectOfMaker(ports, maker);
  return serviceOf(project, name, maker.service)?.pgdata;
}

/**
 * What is to be asked about the data, since nothing has served them.
 *
 * @param asked the image that `--from` names
 */
export async function oldOf(
  unserved: Unserved | undefined,
  asked: string | undefined,
  from: ImageFacts | undefined,
  ports: Ports,
) {
  if (unserved?.old === undefined) return undefined;
  const { container: { name }, major, old } = unserved;
  if (await ports.containers.image(old) === undefined) {
    const why = asked === undefined
      ? "which can read them (--from names another)"
      : "which --from names";
    ports.host.say(
      `The data of "${name}" are of ${major}: pulling ${old}, ${why}`,
    );
  }
  const facts = await requireImage(old, ports, {
    other: `another image of PostgreSQL ${major} with --from`,
  });
  const place = placeOfUnserved(unserved, { from, to: facts });
  const found = await imageOf(ports, { reference: old, facts, ...place });
  if (found.image.major === major) return found;
  throw new Failure("not-running", {
    name,
    state: `its data are of ${major}, and ${old} is ${found.image.version}`,
    hint: `Name an image of PostgreSQL ${major} with --from`,
  });
}

/** No registry has what a project builds: what is to change is told instead. */
async function explained(
  failure: unknown,
  image: string,
  { container, request }: {
    readonly container: Container;
    readonly request: Wanted;
  },
  ports: Ports,
): Promise<never> {
  const maker = makerOf(container.labels);
  if (
    !(failure instanceof Failure) || request.image !== undefined ||
    maker === undefined
  ) throw failure;
  const project = await projectOfMaker(ports, maker);
  const build = serviceOf(project, container.name)?.build;
  if (build === undefined) throw failure;
  throw new Failure("no-image", {
    image,
    reason:
      `the service ${maker.service} is built from "${build}". Let FROM there name PostgreSQL ${request.to}, and build it under that name ("docker build -t ${image}" with its directory), or under another one that --image names`,
    now: "",
    other: OTHER_IMAGE,
  }, { cause: failure });
}

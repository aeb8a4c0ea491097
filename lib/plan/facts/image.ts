import { relative } from "@std/path";
import type { Image } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import { withoutDigest } from "../../base/image_name.ts";
import type { Container, ImageFacts } from "../../port/containers.ts";
import { PortError, type Ports } from "../../port/ports.ts";
import { isBelow } from "../../run/data_mount.ts";

/** What to name where the new image is not to be had. */
export const OTHER_IMAGE = "the whole image with --image";

/**
 * @param instead the image that runs now, whose tag a wrong one may be short of
 * @param other phrase: what else may be named, and by which option
 * @throws {Failure} "no-image"
 */
export async function requireImage(
  reference: string,
  { containers }: Ports,
  { instead = "", other = OTHER_IMAGE }: {
    readonly instead?: string;
    readonly other?: string;
  } = {},
) {
  const tag = tagOf(withoutDigest(instead));
  const now = tag === "" ? "" : ` (now it is "${tag}")`;
  const here = await containers.image(reference);
  if (here !== undefined) return here;
  try {
    await containers.pull(reference);
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    throw new Failure("no-image", {
      image: reference,
      reason: cause.message,
      now,
      other,
    }, { cause });
  }
  const pulled = await containers.image(reference);
  if (pulled === undefined) {
    throw new Failure("no-image", {
      image: reference,
      reason: "it was pulled and is not there",
      now,
      other,
    });
  }
  return pulled;
}

/**
 * What the name of the image that runs stands for by now: here, or else at the
 * registry. The name itself stays with the image that it is in use for.
 *
 * @throws {Failure} the registry cannot be asked
 */
export async function newestOf(
  reference: string,
  runningId: string,
  ports: Ports,
): Promise<ImageFacts> {
  const { containers, host } = ports;
  const here = await containers.image(reference);
  if (here === undefined) return await requireImage(reference, ports);
  // A digest is the same everywhere, and a name that has moved need not be asked.
  if (here.id !== runningId || reference.includes("@")) return here;
  host.say(`Asking the registry for a newer "${reference}"`);
  try {
    await containers.pull(reference);
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    host.say(`It cannot be asked: ${cause.message}`);
    return here;
  }
  const newest = await containers.image(reference);
  if (newest === undefined || newest.id === here.id) return here;
  await containers.tag(here.id, reference);
  return newest;
}

/** "glibc 2.41" or "musl 1.2.5", of what `ldd` prints: text sorts as it says. */
export function libcIn(printed: string): string {
  const name = /musl/.test(printed) ? "musl" : "glibc";
  return `${name} ${/(\d+\.[\d.]+)\s*$/m.exec(printed)?.[1] ?? "unknown"}`;
}

const ABOUT_ITSELF = `
postgres --version; for of in u g; do id -$of postgres 2>/dev/null || id -$of; done; uname -m
command -v pg_dump pg_restore vacuumdb
ldd --version 2>&1 | head -n 2
[[ ! -L /var/lib/postgresql/data ]] || echo "link"`;
const MORE = "== more";

/** What else an image is asked: a container's start takes half a second. */
export interface Question {
  /** Of bash. */
  readonly script: string;
  /** Its arguments. */
  readonly words: readonly string[];
}

interface AskedImage {
  readonly image: Image;
  readonly machine: string;
  readonly libc: string;
  readonly more: string;
  /** The first images of 18 have a link at `/var/lib/postgresql/data`. */
  readonly linked: boolean;
}

/** What the image itself says: never its tag, which may say anything. */
export async function imageOf(ports: Ports, asked: {
  reference: string;
  facts: ImageFacts | undefined;
  pgdata: string;
  inner: string;
  more?: Question;
}): Promise<AskedImage> {
  const { facts, inner, more, pgdata, reference } = asked;
  if (facts === undefined) {
    throw new Failure("no-image", {
      image: reference,
      reason: "it is gone",
      now: "",
      other: OTHER_IMAGE,
    });
  }
  const script = more === undefined
    ? ABOUT_ITSELF
    : `${ABOUT_ITSELF}\necho "${MORE}"\n${more.script}`;
  const { stdout } = await ports.containers.probe(facts.id, [
    ...["bash", "-c", script, "pgladder"],
    ...more?.words ?? [],
  ]);
  const [itself = "", printed = ""] = stdout.split(`\n${MORE}\n`);
  const [version = "", uid = "", gid = "", machine = "", ...rest] = itself
    .trim().split("\n");
  const tools = rest.filter((line) => line.startsWith("/"));
  const number = /(\d+)(?:\.\d+|beta\d+|rc\d+|devel)/.exec(version)?.[0];
  if (number === undefined || tools.length < 3) {
    throw new Failure("not-postgres", {
      name: reference,
      reason: "the image has no PostgreSQL server with its tools",
    });
  }
  return {
    machine,
    libc: libcIn(rest.slice(tools.length).join("\n")),
    more: printed,
    linked: rest.at(-1) === "link",
    image: {
      reference,
      id: facts.id,
      digest: facts.digest,
      version: number,
      major: Number.parseInt(number),
      pgdata,
      inner,
      cluster: relative(inner, pgdata),
      uid: Number(uid),
      gid: Number(gid),
    },
  };
}

/**
 * The PGDATA that the operator has set where the unit's words do not show it,
 * in a file of the environment: the container then has another than its image.
 */
export function setPgdata(
  { env }: Container,
  image: ImageFacts | undefined,
): string | undefined {
  return env["PGDATA"] === image?.env["PGDATA"] ? undefined : env["PGDATA"];
}

/**
 * Where the new image's data directory lies, and where it wants the volume.
 * From 18 on that is `/var/lib/postgresql` with the data below it. A PGDATA
 * that the operator has set stays unchanged.
 */
export function placeOf(
  pgdataSet: string | undefined,
  from: Pick<Image, "inner" | "pgdata">,
  facts: ImageFacts,
): { pgdata: string; inner: string } {
  const pgdata = pgdataSet ?? facts.env["PGDATA"] ?? from.pgdata;
  if (isBelow(pgdata, from.inner)) return { pgdata, inner: from.inner };
  const inner = facts.volumes.find((path) => isBelow(pgdata, path));
  return { pgdata, inner: inner ?? pgdata };
}

/** The same image with another tag; a digest gives way to it. */
export function withTag(reference: string, tag: string): string {
  const name = withoutDigest(reference);
  const slash = name.lastIndexOf("/");
  const colon = name.indexOf(":", slash + 1);
  return `${colon === -1 ? name : name.slice(0, colon)}:${tag}`;
}

/** "" where it has none, or a digest instead. */
export function tagOf(reference: string): string {
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  return /:([\w][\w.-]*)$/.exec(name.includes("@") ? "" : name)?.[1] ?? "";
}

/** A name that stays may stand for a newer image by now. */
export function targetOf(
  reference: string,
  named: string,
  { imageId }: Container,
  ports: Ports,
) {
  return reference === named
    ? newestOf(reference, imageId, ports)
    : requireImage(reference, ports, { instead: named });
}

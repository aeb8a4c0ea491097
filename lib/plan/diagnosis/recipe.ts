import { join, relative } from "@std/path";
import type { RunLine } from "../../configuration/run_line/run_line.ts";
import type { Container, ImageFacts } from "../../port/containers.ts";
import { withoutDigest } from "../../base/image_name.ts";
import { isBelow } from "../../run/data_mount.ts";
import { tagOf, withTag } from "../facts/image.ts";
import { layoutOf } from "../facts/layouts.ts";

/** What a container is made of, as far as its data go. */
export interface Recipe {
  /** The image's name as it was asked for. */
  readonly image: string;
  /** By the image's own word; undefined where it is not here, or says none. */
  readonly major: number | undefined;
  /** PGDATA in the container. */
  readonly pgdata: string;
  readonly mounts: readonly RecipeMount[];
  /** POSTGRES_USER, where it is known. */
  readonly superuser?: string;
  /** What the image is told to run. */
  readonly command?: readonly string[];
}

export interface RecipeMount {
  /** On the host; "" where the runtime makes a new volume each time. */
  readonly source: string;
  readonly mountPath: string;
  /** Of a volume, else "". */
  readonly name: string;
}

const USUAL_PGDATA = "/var/lib/postgresql/data";

export function recipeOf(
  { command, env, image, mounts }: Container,
  facts: ImageFacts | undefined,
): Recipe {
  return {
    image,
    major: majorOf(facts),
    pgdata: layoutOf({ env, image, mounts })?.pgdata(env) ??
      env["PGDATA"] ?? facts?.env["PGDATA"] ?? USUAL_PGDATA,
    mounts: mounts.map(({ mountPath, name, source }) => ({
      mountPath: mountPath,
      name,
      source,
    })),
    ...told(env, command),
  };
}

function told(
  env: Readonly<Record<string, string>>,
  command: readonly string[] | undefined,
) {
  const superuser = env["POSTGRES_USER"];
  return { ...superuser && { superuser }, ...command && { command } };
}

export function recipeOfLine(
  { command, env, image, mounts }: RunLine,
  facts: ImageFacts | undefined,
): Recipe {
  const pgdata = env["PGDATA"] ?? facts?.env["PGDATA"] ?? usualOf(image.text);
  const said = mounts.map(({ mountPath, source }) => ({
    mountPath: mountPath,
    name: "",
    source: source.startsWith("/") ? source : "",
  }));
  return {
    image: image.text,
    major: majorOf(facts),
    pgdata,
    mounts: said,
    ...told(env, command),
  };
}

/** Of an image that is not on this host. */
function usualOf(reference: string): string {
  const major = Number.parseInt(tagOf(reference));
  return major >= 18 ? `/var/lib/postgresql/${major}/docker` : USUAL_PGDATA;
}

function majorOf(facts: ImageFacts | undefined): number | undefined {
  const major = Number.parseInt(facts?.env["PG_MAJOR"] ?? "");
  return Number.isNaN(major) ? undefined : major;
}

/** Where it looks for its data; undefined: in nothing that stays. */
export function placeIn({ mounts, pgdata }: Recipe): string | undefined {
  const mount = mounts.filter(({ mountPath }) => isBelow(pgdata, mountPath))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  return mount === undefined || mount.source === ""
    ? undefined
    : join(mount.source, relative(mount.mountPath, pgdata));
}

/**
 * The same kind of image for other data: "17.2-alpine" is "16-alpine" then, and
 * a name that says no version is given one. A digest behind it gives way.
 */
export function imageFor(major: number, reference: string): string {
  const tag = tagOf(withoutDigest(reference));
  const [, rest = ""] =
    /^(?:latest|\d+(?:\.\d+)*(?:(?:beta|rc)\d+)?)?-?(.*)$/.exec(tag) ?? [];
  return withTag(reference, rest === "" ? `${major}` : `${major}-${rest}`);
}

/** What the official image has behind its version: its base, and that one's. */
const USUAL = /^(|(alpine|trixie|bookworm|bullseye|buster)[\d.]*)$/;

/** A tag that somebody has made up need not exist of another version. */
export function mayBeMissing(reference: string): boolean {
  const tag = tagOf(withoutDigest(reference));
  const rest = /^(?:latest|\d+(?:\.\d+)*)-?(.*)$/.exec(tag)?.[1] ?? tag;
  return !USUAL.test(rest);
}

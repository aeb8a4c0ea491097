import { type Configuration, samePath, startsWith } from "./configuration.ts";
import {
  changeOf,
  couldBe,
  type Edit,
  editOf,
  isKnown,
  isSameEdit,
  joined,
} from "../edit.ts";
import { type Alternatives, textOf, type TextPiece } from "./texts.ts";
import type { Site } from "./assignments.ts";
import { describe } from "./describe.ts";
import type { EditTarget } from "../target.ts";

/** A value that makes the running version what it is, and what it must be. */
export interface Hit {
  readonly site: Site;
  readonly edit: Edit;
  /** The value is the default of this option, and so no host's own. */
  readonly defaultOf: readonly string[] | undefined;
  /** The value is a number. */
  readonly digits: boolean;
  /** It is known to be of this host, and of this container. */
  readonly certain: boolean;
}

/** Where the named option is set to what runs now; or a phrase: why not. */
export function byOption(
  { from, option = [], to }: EditTarget,
  configuration: Configuration,
): readonly Hit[] | string {
  const name = option.join(".");
  const sites = [...configuration.definitions(option)];
  const fallback = configuration.declaredDefault(option);
  if (fallback !== undefined) sites.push(fallback);
  const [site] = sites;
  if (site === undefined) {
    const loose = configuration.loose
      .filter(({ file, path }) =>
        samePath(path, option) && !configuration.isDead(file)
      )
      .flatMap((it) =>
        hitsOf(it, configuration.textOf(it), from.tag, to.tag, false)
      );
    return loose.length > 0
      ? loose
      : `"${name}" is not set in the files that could be followed`;
  }
  const values = configuration.valuesOf(option);
  const hits = [
    ...hitsOf(site, values, from.tag, to.tag),
    ...hitsOf(site, values, from.image, to.image),
  ].map((hit) => ({ ...hit, site: siteOf(hit.edit, sites) ?? site }));
  if (hits.length > 0) return hits;
  return `"${name}" is not "${from.tag}", which runs, in ${
    describe(site, configuration.sources)
  }`;
}

/** Where the container's image comes from. */
export function byImage(
  { container, from, to }: EditTarget,
  configuration: Configuration,
): readonly Hit[] {
  const { file } = configuration.roots;
  const hits = imageSites(configuration)
    .filter((site) => !isOfAnother(site, container))
    .flatMap((site) => {
      const certain = fits(site.path, container) || site.file === file;
      const values = configuration.textOf(site);
      return hitsOf(site, values, from.image, to.image, certain);
    });
  return closest(hits, container);
}

/**
 * Where a value is the running tag and its name is that of a tag: an option of
 * a module that is not here. Certain only in a module of this host.
 */
export function bySearch(
  { container, from, to }: EditTarget,
  configuration: Configuration,
): readonly Hit[] {
  const search = (sites: readonly Site[], own: boolean) =>
    sites.filter((site) =>
      site.path[0] !== "options" && !isOfAnother(site, container)
    ).flatMap((site) => {
      const values = configuration.textOf(site);
      const certain = own && site.rooted && !site.conditional;
      return [
        ...hitsOf(site, values, from.image, to.image, false),
        ...isTagOfPostgres(site.path)
          ? hitsOf(site, values, from.tag, to.tag, certain)
          : [],
      ];
    });
  const own = search(configuration.sites, true);
  const loose = configuration.loose
    .filter(({ file }) => !configuration.isDead(file));
  return closest(own.length > 0 ? own : search(loose, false), container);
}

/** All that is called `image`, wherever it stands. */
export function imageSites({ sites }: Configuration): readonly Site[] {
  return sites.filter(({ path }) =>
    path.at(-1) === "image" && path[0] !== "options"
  );
}

/** The images that this very piece of text is a part of. */
export function imagesWith(
  edit: Edit,
  configuration: Configuration,
): readonly Site[] {
  return imageSites(configuration)
    .filter((site) => isPartOf(edit, site, configuration));
}

/**
 * What else takes its version from there: a second container would get a new
 * server along with this one, and nobody would have brought its data there.
 */
export function othersWith(
  { edit, site: own }: Hit,
  configuration: Configuration,
): readonly Site[] {
  const [image, ...more] = imagesWith(edit, configuration);
  if (more.length > 0) return more;
  const { sites, sources } = configuration;
  const options = image === undefined
    ? []
    : textOf(image.expression, image.scope, sources).flat()
      .flatMap((piece) => piece.kind === "option" ? [piece.path] : []);
  const set = image?.path.slice(0, -1);
  return sites.filter((site) =>
    site !== own && site !== image && !site.named && isOfTag(site) &&
    !isIn(edit, site) &&
    !options.some((option) => samePath(site.path, option)) &&
    !(set !== undefined && startsWith(site.path, set)) &&
    isPartOf(edit, site, configuration)
  );
}

function isPartOf(edit: Edit, site: Site, configuration: Configuration) {
  return configuration.textOf(site).some((pieces) =>
    pieces.some((piece) =>
      piece.kind === "text" && piece.file === edit.file &&
      piece.start === edit.start && piece.end === edit.end
    )
  );
}

const isOfTag = ({ path }: Site) =>
  path[0] !== "options" && /tag|version|image/i.test(path.at(-1) ?? "");

/** The same edit by two ways is one. */
export function distinct(hits: readonly Hit[]): Hit[] {
  return hits.filter((hit, at) =>
    hits.findIndex((other) => isSameEdit(other.edit, hit.edit)) === at
  );
}

function hitsOf(
  site: Site,
  values: Alternatives,
  from: string,
  to: string,
  certain = true,
): Hit[] {
  if (from === "" || to === "") return [];
  const known: readonly (readonly TextPiece[])[] = values.filter(isKnown);
  const open = values.some((value) => !isKnown(value) && couldBe(value, from));
  if (open) return [];
  return known.filter((pieces) => joined(pieces) === from).flatMap((pieces) => {
    const change = changeOf(pieces, to);
    if (change === undefined) return [];
    const { defaultOf, digits } = change.piece;
    return [{ site, edit: editOf(change), defaultOf, digits, certain }];
  });
}

/** The assignment that the edit is in. */
export function siteOf(edit: Edit, sites: readonly Site[]): Site | undefined {
  return sites.find((site) => isIn(edit, site));
}

function isIn(edit: Edit, { expression, file }: Site): boolean {
  return file === edit.file && expression.start <= edit.start &&
    edit.end <= expression.end;
}

/** Where NixOS has its containers. */
export const OWN = ["virtualisation", "oci-containers", "containers"];

/** NixOS calls the container as the attribute is called. */
export function isOfAnother(
  { path, rooted }: Site,
  container: string,
): boolean {
  return rooted && path.length === OWN.length + 2 && startsWith(path, OWN) &&
    path[OWN.length] !== container;
}

/** Those of the very container, else those whose names fit, else all. */
function closest(hits: readonly Hit[], container: string): readonly Hit[] {
  const exact = hits.filter(({ site }) =>
    site.rooted && samePath(site.path, [...OWN, container, "image"])
  );
  if (exact.length > 0) return exact;
  const fitting = hits.filter(({ site }) => fits(site.path, container));
  return fitting.length > 0 ? fitting : hits;
}

/**
 * "pleroma-db" is `containers.pleroma-db` and `pods.pleroma.containers.db`;
 * compose calls what `projects.pleroma` has as `services.db` "pleroma-db-1",
 * and "pleroma_db_1" before 2.0.
 */
export function fits(path: readonly string[], container: string): boolean {
  return path.some((last, at) =>
    last === container ||
    path.slice(0, at).some((first) =>
      [`${first}-${last}`, `${first}-${last}-1`, `${first}_${last}_1`]
        .includes(container)
    )
  );
}

function isTagOfPostgres(path: readonly string[]): boolean {
  const last = path.at(-1) ?? "";
  return /tag|version|image|release/i.test(last) &&
    /postgres|pg|psql|database|(^|[-_.])db([-_.]|$)/i.test(path.join("."));
}

import { type Configuration, samePath } from "./configuration.ts";
import { couldBe, type Edit, isSameEdit } from "../edit.ts";
import {
  byImage,
  byOption,
  bySearch,
  distinct,
  type Hit,
  imageSites,
  imagesWith,
  isOfAnother,
  othersWith,
  siteOf,
} from "./matches.ts";
import { forcedMount } from "./force_mount.ts";
import { mountEdit } from "./mount.ts";
import { newLine } from "./propose.ts";
import type { Candidate, EditTarget, Placement } from "../target.ts";
import { describe } from "./describe.ts";
import { writeByHand } from "./by_hand.ts";
import { placeInText } from "./quadlet_text.ts";

/**
 * Finds the one place where this host's configuration names the version. What
 * cannot be placed with certainty is never placed.
 */
export function place(
  target: EditTarget,
  configuration: Configuration,
): Placement {
  const byHand = writeByHand(target, configuration);
  const none = (problem: string): Placement => ({
    kind: "none",
    problem: [problem, ...unread(configuration)].join("; "),
    byHand,
  });
  const found = hitsFor(target, configuration);
  if (typeof found === "string") return none(found);
  const hits = distinct(found);
  const [hit, ...more] = hits;
  if (hit === undefined) {
    return placeInText(target, configuration) ??
      none(nothingFound(target, configuration));
  }
  // A line more contradicts what sets the same where nobody could look.
  const [gap] = hit.defaultOf === undefined ? [] : configuration.gaps;
  if (more.length > 0 || !hit.certain || gap !== undefined) {
    const problem = more.length > 0
      ? "It is set in several places"
      : gap === undefined
      ? "It may be this place"
      : `It may be this place, but ${gap}, and that may set the same`;
    const candidates = hits.map((it) => candidate(target, it, configuration));
    return { kind: "several", problem, candidates, byHand };
  }
  const edits = editsFor(target, hit, configuration);
  if (typeof edits === "string") return none(edits);
  return {
    kind: "placed",
    edits,
    found: placeOf(hit, configuration, edits[0]),
    added: hit.defaultOf !== undefined,
  };
}

/** By the option's name, else by the container's image, else by a search. */
function hitsFor(
  target: EditTarget,
  configuration: Configuration,
): readonly Hit[] | string {
  const other = otherImage(target, configuration);
  if (other !== undefined) return other;
  const images = byImage(target, configuration);
  if (target.option === undefined) {
    return images.length > 0 || openImages(target, configuration).length > 0
      ? images
      : bySearch(target, configuration);
  }
  const hits = byOption(target, configuration);
  if (typeof hits === "string" || images.length === 0) return hits;
  const [image] = images;
  const same = hits.some(({ edit }) =>
    images.some((other) => isSameEdit(edit, other.edit))
  );
  return same || image === undefined
    ? hits
    : `"${target.option.join(".")}" does not decide on ${
      describe(image.site, configuration.sources)
    }`;
}

/** All that is to change, or a phrase: why nothing is. */
function editsFor(
  target: EditTarget,
  hit: Hit,
  configuration: Configuration,
): readonly Edit[] | string {
  const { roots, sources } = configuration;
  const others = othersWith(hit, configuration);
  if (others.length > 0) {
    return `${placeOf(hit, configuration)} decides on more than this: ${
      others.map((site) => describe(site, sources)).join(", ")
    }`;
  }
  const tag = hit.defaultOf === undefined
    ? hit.edit
    : newLine(hit.defaultOf, valueOf(hit), hit.edit.file, configuration);
  if (typeof tag === "string") return tag;
  const isShared = ({ file }: Edit) =>
    file !== roots.file && configuration.isShared(file);
  const ofOthers = ({ file }: Edit) =>
    `"${file}" is not this host's alone: other files bring it in, too`;
  if (isShared(tag)) return ofOthers(tag);
  if (target.mount === undefined) return [tag];
  const [image] = imagesWith(hit.edit, configuration);
  const mount = image === undefined
    ? "Cannot find where the container's volume is mounted"
    : mountEdit(target.mount, image, configuration);
  if (typeof mount !== "string" && !isShared(mount)) return [tag, mount];
  const { container } = target;
  const own = forcedMount(container, target.mount, tag.file, configuration);
  if (typeof own !== "string") return together(tag, own);
  return typeof mount === "string" ? mount : `${ofOthers(mount)}, and ${own}`;
}

/** Two lines for the same place are one edit. */
function together(first: Edit, second: Edit): Edit[] {
  const isSame = first.old === "" && first.file === second.file &&
    first.start === second.start && second.old === "";
  return isSame
    ? [{ ...first, new: `${first.new}${second.new}` }]
    : [first, second];
}

/** As Nix writes it. */
const valueOf = ({ digits, edit }: Hit) =>
  digits ? edit.new : JSON.stringify(edit.new);

function candidate(
  target: EditTarget,
  hit: Hit,
  configuration: Configuration,
): Candidate {
  const edits = editsFor(target, hit, configuration);
  return {
    text: placeOf(hit, configuration),
    edits: typeof edits === "string" ? [] : edits,
  };
}

/** The edit's own place, by the name that the value has there. */
function placeOf(hit: Hit, configuration: Configuration, edit = hit.edit) {
  const { sites, sources } = configuration;
  const own = siteOf(hit.edit, sites) ?? hit.site;
  const named = hit.defaultOf === undefined
    ? own
    : { ...own, path: hit.defaultOf };
  return describe(named, sources, edit);
}

/**
 * Images that may be the one that runs: not all of their text is known, or no
 * one part of it can change.
 */
function openImages(
  { container, from }: EditTarget,
  configuration: Configuration,
) {
  return imageSites(configuration).filter((site) =>
    !isOfAnother(site, container) &&
    configuration.textOf(site).some((pieces) =>
      pieces.some(({ kind }) => kind === "text") && couldBe(pieces, from.image)
    )
  );
}

function nothingFound(
  target: EditTarget,
  configuration: Configuration,
): string {
  const { sources } = configuration;
  const open = openImages(target, configuration);
  if (open.length > 0) {
    return `Cannot find the one value that makes the version in ${
      open.map((site) => describe(site, sources)).join(", ")
    }`;
  }
  return `Nothing names ${target.from.image}`;
}

/** The container's own image, where that is not what runs. */
function otherImage(
  { container, from }: EditTarget,
  configuration: Configuration,
) {
  const own = ["virtualisation", "oci-containers", "containers", container];
  const site = configuration.sites.find(({ path, rooted }) =>
    rooted && samePath(path, [...own, "image"])
  );
  if (site === undefined) return undefined;
  const values = configuration.textOf(site);
  return values.some((pieces) => couldBe(pieces, from.image))
    ? undefined
    : `${
      describe(site, configuration.sources)
    } is not ${from.image}, which runs`;
}

/** So many are named; more help nobody. */
const NAMED_MAX = 3;

function unread({ sources: { problems, skipped } }: Configuration): string[] {
  const all = [
    ...[...problems].map(([file, problem]) =>
      `cannot read "${file}" as Nix (${problem})`
    ),
    ...skipped.map((words) => `${words}, and was not read`),
  ];
  const more = all.length - NAMED_MAX;
  return more > 0
    ? [...all.slice(0, NAMED_MAX), `${more} more were not read`]
    : all;
}

import { placeQuadlet } from "../quadlet.ts";
import type { EditTarget, Placement } from "../target.ts";
import type { Site } from "./assignments.ts";
import type { Configuration } from "./configuration.ts";
import { describe } from "./describe.ts";

/**
 * A Quadlet that NixOS puts into /etc: `environment.etc."containers/systemd/
 * NAME.container".text`. Its lines stand in the file of Nix letter for letter;
 * what is interpolated, or escaped, is no value that is looked for.
 */
export function placeInText(
  target: EditTarget,
  configuration: Configuration,
): Placement | undefined {
  const { sources } = configuration;
  const found = configuration.sites.flatMap((site) => {
    const text = textOfQuadlet(site, target.container, configuration);
    if (text === undefined) return [];
    const placed = placeQuadlet(target, new Map([[site.file, text]]));
    return placed.kind === "placed" ? [{ placed, site }] : [];
  });
  const [first, ...more] = found;
  if (first === undefined || more.length > 0) return undefined;
  const { placed, site } = first;
  if (configuration.isShared(site.file)) return undefined;
  const by = site.expression.start;
  const edits = placed.edits.map((edit) => ({
    ...edit,
    start: edit.start + by,
    end: edit.end + by,
  }));
  return { ...placed, edits, found: describe(site, sources, edits[0]) };
}

/** The string as written, with its quotes. */
function textOfQuadlet(
  { conditional, expression, file, path, rooted }: Site,
  container: string,
  { sources }: Configuration,
): string | undefined {
  const [environment, etc, name = "", text] = path;
  const unit = /^containers\/systemd\/(?:.*\/)?(.+)\.container$/.exec(name)
    ?.[1];
  const isQuadlet = rooted && environment === "environment" && etc === "etc" &&
    text === "text" && path.length === 4 && unit !== undefined;
  if (!isQuadlet || conditional || expression.kind !== "string") {
    return undefined;
  }
  const { end, start } = expression;
  const written = sources.texts.get(file)?.slice(start, end) ?? "";
  const named = /^\s*ContainerName\s*=\s*(.*?)\s*$/m.exec(written)?.[1];
  return (named ?? `systemd-${unit}`) === container ? written : undefined;
}

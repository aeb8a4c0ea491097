import { couldBe, isKnown, joined } from "../edit.ts";
import type { EditTarget } from "../target.ts";
import type { Site } from "./assignments.ts";
import { type Configuration, samePath, startsWith } from "./configuration.ts";
import { describe, pathText } from "./describe.ts";
import { fits, imageSites, isOfAnother, OWN } from "./matches.ts";
import { textOf, type TextPiece } from "./texts.ts";

/**
 * What a person would write, as far as the configuration is known. A second
 * definition beside a module's contradicts it, and one of another kind makes a
 * second container: where nothing is known, nothing is guessed.
 */
export function writeByHand(
  target: EditTarget,
  configuration: Configuration,
): string[] {
  return [versionLine(target, configuration), ...mountLines(target)];
}

/** Where something that is not seen has the last word. */
export function forcedByHand(target: EditTarget): string[] {
  return [forcedImage(target), ...mountLines(target)];
}

const forcedImage = ({ container, to }: EditTarget) =>
  `${pathText([...OWN, container, "image"])} = lib.mkForce "${to.image}";`;

function mountLines({ mount }: EditTarget): string[] {
  if (mount === undefined) return [];
  const { fromPath, toPath, volume } = mount;
  return [
    `in "${volume}:${fromPath}" of its volumes: "${volume}:${toPath}"`,
  ];
}

function versionLine(target: EditTarget, configuration: Configuration): string {
  const { container, from, to } = target;
  const option = target.option ?? optionOfImage(target, configuration);
  if (option !== undefined) {
    const values = valuesIn(option, configuration);
    const whole = to.tag === "" || holdsImage(option, from.image, values);
    const isNumber = values.length > 0 && /^\d+$/.test(to.tag) &&
      values.every(([piece]) => piece?.digits);
    return `${pathText(option)} = ${
      isNumber ? to.tag : `"${whole ? to.image : to.tag}"`
    };`;
  }
  const { loose, sites, sources } = configuration;
  const [site, ...more] = [...sites, ...loose].filter((it) =>
    isOfIts(it, container) && !configuration.isDead(it.file) &&
    mentions(it, from.image, configuration)
  );
  if (site !== undefined && more.length === 0) {
    return `in ${
      describe(site, sources)
    }: ${to.image} instead of ${from.image}`;
  }
  const own = [...OWN, container];
  return sites.some(({ path, rooted }) => rooted && startsWith(path, own))
    ? forcedImage(target)
    : `${to.image} where your configuration names ${from.image}`;
}

/** The one option that an image's text takes its version from. */
function optionOfImage(
  { container, from }: EditTarget,
  configuration: Configuration,
): readonly string[] | undefined {
  const { loose, sources } = configuration;
  const images = [
    ...imageSites(configuration),
    ...loose.filter(({ path }) =>
      path.at(-1) === "image" && path[0] !== "options"
    ),
  ];
  const options = images
    .filter((site) => !isOfAnother(site, container))
    .flatMap(({ expression, scope }) => textOf(expression, scope, sources))
    .flatMap((pieces) => {
      const found = pieces.flatMap((it) =>
        it.kind === "option" ? [it.path] : []
      );
      return found.length === 1 && couldBe(pieces, from.image) ? found : [];
    });
  const [option] = options;
  return option !== undefined && options.every((it) => samePath(it, option))
    ? option
    : undefined;
}

/** What it is set to, or is by default, wherever that can be read. */
function valuesIn(
  option: readonly string[],
  configuration: Configuration,
): readonly (readonly TextPiece[])[] {
  const { loose } = configuration;
  const declared = ["options", ...option, "default"];
  return [
    ...configuration.valuesOf(option),
    ...loose.filter(({ path }) =>
      samePath(path, option) || samePath(path, declared)
    ).flatMap((site) => configuration.textOf(site)),
  ].filter(isKnown);
}

/** Its value is the whole image, not the tag alone. */
function holdsImage(
  option: readonly string[],
  image: string,
  values: readonly (readonly TextPiece[])[],
): boolean {
  return values.length === 0
    ? /image$/i.test(option.at(-1) ?? "")
    : values.some((it) => joined(it) === image);
}

/** By its names, or as a Quadlet in /etc. */
function isOfIts(site: Site, container: string): boolean {
  return !isOfAnother(site, container) &&
      site.path.some((_, at) => {
        const name = /^containers\/systemd\/(?:.*\/)?(.+)\.container$/
          .exec(site.path[at] ?? "")?.[1];
        return name === container || `systemd-${name}` === container;
      }) || fits(site.path, container);
}

function mentions(site: Site, image: string, configuration: Configuration) {
  return configuration.textOf(site).some((pieces) =>
    pieces.some((piece) =>
      piece.kind === "text" && holdsWord(piece.text, image)
    )
  );
}

/** It stands there, and is not a part of a longer name. */
function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const around = `${text[at - 1] ?? " "}${text[at + word.length] ?? " "}`;
    if (!/[\w./:@-]/.test(around)) return true;
  }
  return false;
}

import { isKnown, joined } from "../edit.ts";
import type { Configuration } from "./configuration.ts";
import { describe } from "./describe.ts";
import type { Evaluated } from "./evaluate.ts";
import { namesAllMachines } from "./graph.ts";
import type { NixHost } from "./hosts.ts";
import type { Sources } from "./sources.ts";

export type Standing = "says" | "default" | "disabled" | "other" | "apart";

/** A machine, and how it stands to the new default. */
export interface Seen {
  readonly host: NixHost;
  readonly configuration: Configuration;
  readonly standing: Standing;
  readonly words: string;
  /** Somebody who knows has said it. */
  readonly word: boolean;
}

/** A machine as far as its files can be read. */
export function look(
  host: NixHost,
  configuration: Configuration,
  option: readonly string[],
  to: string,
): Seen {
  const definitions = configuration.definitions(option);
  const seen = (standing: Standing, words: string): Seen => ({
    host,
    configuration,
    standing,
    words: `${host.name}: ${words}`,
    word: false,
  });
  const isDeclared = configuration.isDeclared(option);
  if (definitions.length === 0 && !isDeclared) return seen("apart", "");
  const values = configuration.valuesOf(option).map((pieces) =>
    isKnown(pieces) ? `"${joined(pieces)}"` : "what cannot be read"
  );
  const [where] = definitions;
  const place = where === undefined
    ? "by the default"
    : `in ${describe(where, configuration.sources)}`;
  const words = `${[...new Set(values)].join(" or ")} ${place}`;
  if (where === undefined && isDisabled(option, configuration)) {
    return seen("disabled", "the module is not enabled");
  }
  if (values.some((value) => value !== `"${to}"`)) {
    const more = configuration.gaps.length > 0 && where === undefined
      ? "; not all that it brings in can be followed"
      : "";
    return seen("other", `${words}${more}`);
  }
  return seen(where === undefined ? "default" : "says", words);
}

/** `enable` beside the option is declared, and nothing here says that it is. */
function isDisabled(option: readonly string[], configuration: Configuration) {
  const enable = [...option.slice(0, -1), "enable"];
  if (configuration.gaps.length > 0 || !configuration.isDeclared(enable)) {
    return false;
  }
  return configuration.definitions(enable).every(({ expression }) =>
    expression.kind === "name" && expression.text === "false"
  );
}

/** A machine as Nix, or a person, has it. */
export function told(
  host: NixHost,
  configuration: Configuration,
  option: readonly string[],
  to: string,
  word: Exclude<Evaluated, { kind: "unknown" }>,
): Seen {
  const seen = (standing: Standing, words: string): Seen => ({
    host,
    configuration,
    standing,
    words: `${host.name}: ${words}`,
    word: true,
  });
  if (word.kind !== "value") {
    return seen(word.kind, "the module is not enabled");
  }
  const [where] = configuration.definitions(option);
  const place = where === undefined
    ? configuration.gaps.length === 0 ? " by the default" : ""
    : ` in ${describe(where, configuration.sources)}`;
  const standing = word.value !== to ? "other" : where ? "says" : "default";
  return seen(standing, `"${word.value}"${place}`);
}

/** What keeps the machines from being known by reading alone. */
export function doubtsAbout(
  seen: readonly Seen[],
  home: string,
  sources: Sources,
): string[] {
  const flake = `${home}/flake.nix`;
  const expression = sources.expression(flake);
  const hives = ["hive.nix", "deploy.nix", "deployment.nix"]
    .map((name) => `${home}/${name}`)
    .filter((file) => sources.texts.has(file));
  return [
    ...sources.skipped.map((words) => `${words}, and was not read`),
    ...hives.map((file) => `"${file}" makes hosts that are not seen`),
    ...expression !== undefined && !namesAllMachines(flake, expression, sources)
      ? [`"${flake}" makes hosts that are not seen`]
      : [],
    ...new Set(
      seen.filter(({ word }) => !word)
        .flatMap(({ configuration }) => configuration.gaps),
    ),
  ];
}

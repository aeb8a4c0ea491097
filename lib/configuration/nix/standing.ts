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

/** What makes machines beside those of `nixosConfigurations`. */
const HIVES = ["hive.nix", "deploy.nix", "deployment.nix"];
const OTHER_MAKERS = /\bcolmena(Hive)?\b/;

/** Machines that nobody was asked about, whoever answers for the others. */
function othersIn(home: string, sources: Sources): string[] {
  const flake = `${home}/flake.nix`;
  return [
    ...HIVES.map((name) => `${home}/${name}`)
      .filter((file) => sources.texts.has(file)),
    ...OTHER_MAKERS.test(sources.texts.get(flake) ?? "") ? [flake] : [],
  ].map((file) => `"${file}" makes hosts that are not seen`);
}

/** What keeps the machines from being known, by Nix's word or by reading. */
export function doubtsAbout(
  seen: readonly Seen[],
  home: string,
  sources: Sources,
  isListed: boolean,
): string[] {
  // Who answers for each host that is seen says nothing of others.
  const isKnown = isListed && seen.every(({ word }) => word);
  return [
    ...new Set([
      ...othersIn(home, sources),
      ...seen.length === 0 ? ["No host is known at all"] : [],
      ...isKnown ? [] : unreadIn(seen, home, sources),
    ]),
  ];
}

/** What reading alone does not tell. */
function unreadIn(
  seen: readonly Seen[],
  home: string,
  sources: Sources,
): string[] {
  const flake = `${home}/flake.nix`;
  const expression = sources.expression(flake);
  return [
    ...sources.skipped.map((words) => `${words}, and was not read`),
    ...expression !== undefined && !namesAllMachines(flake, expression, sources)
      ? [`"${flake}" makes hosts that are not seen`]
      : [],
    ...seen.filter(({ word }) => !word)
      .flatMap(({ configuration }) => configuration.gaps),
  ];
}

import { type Configuration, samePath } from "./configuration.ts";
import {
  applyEdits,
  changeOf,
  type Edit,
  editOf,
  isKnown,
  isSameEdit,
  joined,
} from "../edit.ts";
import { configurationOf, hostsOf, type NixHost } from "./hosts.ts";
import type { Site } from "./assignments.ts";
import { Sources } from "./sources.ts";
import { describe, pathText } from "./describe.ts";

/** What a module's new default makes of a repository of several machines. */
export type Retirement =
  | {
    readonly kind: "retired";
    /** In the order in which they are shown. */
    readonly edits: readonly Edit[];
    /** A phrase for each machine. */
    readonly hosts: readonly string[];
    /** Those whose value must be the same before and after. */
    readonly affected: readonly NixHost[];
  }
  | {
    readonly kind: "refused";
    readonly problem: string;
    /** Places or machines, a phrase each. */
    readonly list: readonly string[];
  };

type Standing = "says" | "default" | "disabled" | "other" | "apart";

interface Seen {
  readonly host: NixHost;
  readonly configuration: Configuration;
  readonly standing: Standing;
  readonly words: string;
}

/**
 * The module's default becomes what every machine says already, and their own
 * lines go. A machine that would get another value by it, and so a server that
 * cannot read its data, is a reason to change nothing.
 */
export function retire(
  texts: ReadonlyMap<string, string>,
  { home, option, to }: {
    readonly home: string;
    readonly option: readonly string[];
    readonly to: string;
  },
): Retirement {
  const sources = new Sources(texts);
  const seen = hostsOf(sources, home)
    .map((host) => look(host, configurationOf(sources, host), option, to));
  const reached = seen.filter(({ standing }) => standing !== "apart");
  const name = pathText(option);
  const refused = (problem: string, list: readonly string[] = []) =>
    ({ kind: "refused", problem, list }) as const;
  const unread = [...sources.problems]
    .map(([file, problem]) => `${file}: ${problem}`);
  if (unread.length > 0) return refused("Not all files can be read", unread);
  const others = reached.filter(({ standing }) => standing === "other");
  if (others.length > 0) {
    return refused(
      `Not every host says ${name} = "${to}"`,
      others.map(({ words }) => words),
    );
  }
  const loose = looseSites(texts, reached, option, sources);
  if (loose.length > 0) {
    return refused(`"${name}" is set where no host was seen to take it`, loose);
  }
  const fallbacks = distinctSites(
    reached.map(({ configuration }) => configuration.declaredDefault(option))
      .filter((site) => site !== undefined),
  );
  const [fallback, ...more] = fallbacks;
  if (fallback === undefined || more.length > 0) {
    return refused(
      fallback === undefined
        ? `No module declares "${name}" with a default`
        : `"${name}" has a default in more than one place`,
      fallbacks.map((site) => describe(site, sources)),
    );
  }
  const edits = editsFor(fallback, reached, option, to, sources);
  if (typeof edits === "string") return refused(edits);
  const wrong = wrongAfter(texts, edits, reached, option, to);
  if (wrong.length > 0) return refused("It would not stay the same", wrong);
  return {
    kind: "retired",
    edits,
    hosts: reached.map(({ words }) => words),
    affected: reached.filter(({ standing }) => standing !== "disabled")
      .map(({ host }) => host),
  };
}

function look(
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
    const more = configuration.open && where === undefined
      ? "; not all that it brings in can be followed"
      : "";
    return seen("other", `${words}${more}`);
  }
  return seen(where === undefined ? "default" : "says", words);
}

/** `enable` beside the option is declared, and nothing here says that it is. */
function isDisabled(option: readonly string[], configuration: Configuration) {
  const enable = [...option.slice(0, -1), "enable"];
  if (configuration.open || !configuration.isDeclared(enable)) return false;
  return configuration.definitions(enable).every(({ expression }) =>
    expression.kind === "name" && expression.text === "false"
  );
}

/** In files that belong to no machine as far as they can be followed. */
function looseSites(
  texts: ReadonlyMap<string, string>,
  reached: readonly Seen[],
  option: readonly string[],
  sources: Sources,
): string[] {
  const known = new Set(
    reached.flatMap(({ configuration }) => [...configuration.files]),
  );
  const apart = [...texts].filter(([file]) => !known.has(file));
  const found = apart.flatMap(([file]) => {
    const host = { name: file, root: file, attribute: undefined };
    const { sites } = configurationOf(sources, host);
    return sites.filter((site) =>
      site.file === file && site.path[0] !== "options" &&
      samePath(site.path, option)
    );
  });
  return distinctSites(found).map((site) => describe(site, sources));
}

function editsFor(
  fallback: Site,
  reached: readonly Seen[],
  option: readonly string[],
  to: string,
  sources: Sources,
): readonly Edit[] | string {
  const edits: Edit[] = [];
  const [first] = reached;
  const values = first?.configuration.textOf(fallback) ?? [];
  const [pieces] = values;
  if (values.length !== 1 || pieces === undefined || !isKnown(pieces)) {
    return `Cannot read the default in ${describe(fallback, sources)}`;
  }
  if (joined(pieces) !== to) {
    const change = changeOf(pieces, to);
    if (change === undefined) {
      return `Cannot find the one value that makes the default in ${
        describe(fallback, sources)
      }`;
    }
    edits.push(editOf(change));
  }
  const definitions = distinctSites(
    reached.flatMap(({ configuration }) => configuration.definitions(option)),
  );
  for (const site of definitions) {
    const { binding, file, path } = site;
    if (binding === undefined || binding.inherited || !samePath(path, option)) {
      return `Cannot remove by itself what is set in ${
        describe(site, sources)
      }`;
    }
    edits.push(removal(file, binding, sources.texts.get(file) ?? ""));
  }
  return edits.filter((edit, at) =>
    edits.findIndex((other) => isSameEdit(other, edit)) === at
  );
}

/** The whole line with its comment, where nothing else stands on it. */
function removal(
  file: string,
  binding: { readonly start: number; readonly end: number },
  text: string,
): Edit {
  const lineStart = text.lastIndexOf("\n", binding.start - 1) + 1;
  const before = text.slice(lineStart, binding.start);
  const rest = /^[ \t]*(#[^\r\n]*)?(\r?\n|$)/.exec(text.slice(binding.end));
  const alone = !/\S/.test(before) && rest !== null;
  const start = alone ? lineStart : binding.start;
  const blank = /^[ \t]*/.exec(text.slice(binding.end))?.[0].length ?? 0;
  const end = binding.end + (alone ? rest[0].length : blank);
  return { file, start, end, old: text.slice(start, end), new: "" };
}

/** Machines that would have another value afterwards. */
function wrongAfter(
  texts: ReadonlyMap<string, string>,
  edits: readonly Edit[],
  reached: readonly Seen[],
  option: readonly string[],
  to: string,
): string[] {
  const after = new Sources(
    new Map([...texts].map(([file, text]) => [
      file,
      applyEdits(text, edits.filter((edit) => edit.file === file)),
    ])),
  );
  return reached.filter(({ standing }) => standing !== "disabled")
    .filter(({ host }) => {
      const values = configurationOf(after, host).valuesOf(option);
      return values.some((pieces) => !isKnown(pieces) || joined(pieces) !== to);
    }).map(({ host }) => host.name);
}

function distinctSites(sites: readonly Site[]): Site[] {
  return sites.filter((site, at) =>
    sites.findIndex((other) =>
      other.file === site.file &&
      other.expression.start === site.expression.start
    ) === at
  );
}

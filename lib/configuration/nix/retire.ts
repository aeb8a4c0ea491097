import { samePath } from "./configuration.ts";
import {
  applyEdits,
  changeOf,
  type Edit,
  editOf,
  isKnown,
  isSameEdit,
  joined,
} from "../edit.ts";
import type { Evaluated } from "./evaluate.ts";
import { doubtsAbout, look, type Seen, told } from "./standing.ts";
import { configurationOf, type NixHost } from "./hosts.ts";
import { type Site, sitesOf } from "./assignments.ts";
import { Sources } from "./sources.ts";
import { describe, pathText } from "./describe.ts";
import { textOf } from "./texts.ts";

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

/** What is to become the default, and what is known of the machines. */
export interface RetireWish {
  readonly home: string;
  readonly option: readonly string[];
  readonly to: string;
  readonly hosts: readonly NixHost[];
  /** By Nix's own word these are all of them, and not as far as files say. */
  readonly isListed: boolean;
  /** Files that were not read, a phrase each. */
  readonly skipped: readonly string[];
  /** Other names of files. */
  readonly links: ReadonlyMap<string, string>;
  /** By Nix's own word, or a person's. */
  readonly evaluated: ReadonlyMap<string, Evaluated>;
}

/**
 * The module's default becomes what every machine says already, and their own
 * lines go. A machine that would get another value by it, and so a server that
 * cannot read its data, is a reason to change nothing; so is one that is not
 * known: by Nix's own word, or by reading all that it brings in.
 */
export function retire(
  texts: ReadonlyMap<string, string>,
  { evaluated, home, hosts, isListed, links, option, skipped, to }: RetireWish,
): Retirement {
  const sources = new Sources(texts, skipped, links);
  const seen = hosts.map((host) => {
    const configuration = configurationOf(sources, host);
    const word = evaluated.get(host.name);
    return word === undefined || word.kind === "unknown"
      ? look(host, configuration, option, to)
      : told(host, configuration, option, to, word);
  });
  const reached = seen.filter(({ standing }) => standing !== "apart");
  const name = pathText(option);
  const refused = (problem: string, list: readonly string[] = []) =>
    ({ kind: "refused", problem, list }) as const;
  const unread = [...sources.problems].map((it) => it.join(": "));
  if (unread.length > 0) return refused("Not all files can be read", unread);
  const others = reached.filter(({ standing }) => standing === "other");
  if (others.length > 0) {
    return refused(
      `Not every host says ${name} = "${to}"`,
      others.map(({ words }) => words),
    );
  }
  const isKnown = seen.every(({ word }) => word);
  const doubts = doubtsAbout(seen, home, sources, isListed);
  if (doubts.length > 0) {
    return refused("Not every host is known for certain", doubts);
  }
  const loose = isKnown ? [] : looseSites(texts, reached, option, sources);
  if (loose.length > 0) {
    return refused(`"${name}" is set where no host was seen to take it`, loose);
  }
  const whole = isKnown ? everywhere(sources) : [];
  const fallbacks = distinctSites([
    ...reached.flatMap(({ configuration }) =>
      configuration.declaredDefault(option) ?? []
    ),
    ...whole.filter(({ path }) =>
      samePath(path, ["options", ...option, "default"])
    ),
  ]);
  const [fallback, ...more] = fallbacks;
  if (fallback === undefined || more.length > 0) {
    return refused(
      fallback === undefined
        ? `No module declares "${name}" with a default`
        : `"${name}" has a default in more than one place`,
      fallbacks.map((site) => describe(site, sources)),
    );
  }
  const definitions = distinctSites([
    ...reached.flatMap(({ configuration }) =>
      configuration.definitions(option)
    ),
    ...whole.filter((site) => says(site, option, to, sources)),
  ]);
  const edits = editsFor(fallback, definitions, to, { option, sources });
  if (typeof edits === "string") return refused(edits);
  const wrong = isKnown ? [] : wrongAfter(sources, edits, reached, option, to);
  if (wrong.length > 0) return refused("It would not stay the same", wrong);
  return {
    kind: "retired",
    edits,
    hosts: reached.map(({ words }) => words),
    affected: reached.filter(({ standing }) => standing !== "disabled")
      .map(({ host }) => host),
  };
}

/** All that any file sets, whoever brings it in. */
function everywhere(sources: Sources): readonly Site[] {
  return [...sources.texts.keys()].flatMap((file) => {
    const expression = sources.expression(file);
    return expression === undefined || file.endsWith("/flake.nix")
      ? []
      : sitesOf(file, expression, sources, true).sites;
  });
}

function says(
  site: Site,
  option: readonly string[],
  to: string,
  sources: Sources,
): boolean {
  return site.rooted && samePath(site.path, option) &&
    textOf(site.expression, site.scope, sources)
      .every((pieces) => isKnown(pieces) && joined(pieces) === to);
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
  definitions: readonly Site[],
  to: string,
  { option, sources }: { option: readonly string[]; sources: Sources },
): readonly Edit[] | string {
  const edits: Edit[] = [];
  const values = textOf(fallback.expression, fallback.scope, sources);
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
  { links, skipped, texts }: Sources,
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
    skipped,
    links,
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

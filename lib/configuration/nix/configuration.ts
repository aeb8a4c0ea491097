import { dirname, join } from "@std/path";
import { follow } from "./resolve.ts";
import { type Alternatives, append, textOf } from "./texts.ts";
import type { Site } from "./assignments.ts";
import { Graph, isFlake } from "./graph.ts";
import type { Sources } from "./sources.ts";
import type { Expression } from "./syntax.ts";

export interface Roots {
  /** configuration.nix or flake.nix, where the system begins. */
  readonly root: string | undefined;
  /** The machine's name, which chooses among those of a flake. */
  readonly host: string;
  /** The operator's word for where this host sets what is asked for. */
  readonly file: string | undefined;
  /** All of this host's files, by Nix's own word: nothing else counts. */
  readonly files?: readonly string[];
  /** Other hosts have these, too, by Nix's own word. */
  readonly shared?: ReadonlySet<string>;
}

const DEPTH_MAX = 8;

/**
 * One host's system: the modules that it is made of, as far as they are
 * brought in by plain words, and what they set.
 */
export class Configuration {
  /** Its name in the flake, where that is seen. */
  readonly machine: string | undefined;
  /** What this host's modules hold. */
  readonly sites: readonly Site[];
  /** Files of modules of this host. */
  readonly files: ReadonlySet<string>;
  /** What is brought in in a way that cannot be followed, a phrase each. */
  readonly gaps: readonly string[];
  /** What files hold of which it is not known whether this host has them. */
  readonly loose: readonly Site[];
  /** Files that other hosts, or nobody we know, bring in. */
  readonly #others: Graph;
  /** What was asked before: the same value is looked at by several ways. */
  readonly #known = new Map<
    Expression,
    { readonly scope: Site["scope"]; readonly text: Alternatives }
  >();

  constructor(readonly sources: Sources, readonly roots: Roots) {
    const mine = new Graph(sources);
    for (const file of roots.files ?? []) mine.follow(file);
    const starts = roots.files === undefined ? [roots.root] : [];
    for (const start of [...starts, roots.file]) {
      if (start !== undefined) mine.begin(start, roots.host);
    }
    this.machine = mine.host;
    this.sites = mine.sites;
    this.files = mine.files;
    this.gaps = roots.files === undefined ? [...mine.gaps] : [];
    // Whose files are told begins nowhere, and is no other host for that.
    const own = roots.files === undefined ? mine.host : roots.host;
    const others = new Graph(sources, own);
    const flakes = [...sources.texts.keys()].filter((file) => isFlake(file));
    for (const file of sources.texts.keys()) {
      if (this.files.has(file) || flakes.includes(file)) continue;
      others.follow(file);
    }
    for (const flake of flakes) others.beginOthers(flake);
    this.#others = others;
    this.loose = this.gaps.length > 0
      ? others.sites.filter(({ file }) => !this.files.has(file))
      : [];
  }

  /** A file that is not this host's names it. */
  isBroughtIn(file: string): boolean {
    return this.#others.importers.has(file);
  }

  /** Another host has this file among its modules. */
  isShared(file: string): boolean {
    if (this.roots.shared?.has(file)) return true;
    return this.files.has(file)
      ? this.isBroughtIn(file)
      : this.#others.beginningsOf(file).size > 1;
  }

  /**
   * It is nothing for this host: other machines of the flake have it, or no
   * file brings it in, though its folder's own module can be read and brings in
   * others by name.
   */
  isDead(file: string): boolean {
    const beginnings = [...this.#others.beginningsOf(file)];
    if (beginnings.every((it) => this.#others.machines.has(it))) return true;
    const around = join(dirname(file), "default.nix");
    return !this.files.has(file) && file !== around &&
      !this.isBroughtIn(file) &&
      this.sources.expression(around) !== undefined &&
      !this.#others.openFiles.has(around);
  }

  /** Where an option is set for this host. */
  definitions(option: readonly string[]): readonly Site[] {
    const all = this.sites.filter((site) =>
      site.rooted && !site.named && startsWith(option, site.path) &&
      (site.path.length === option.length || this.#isSetOf(site, option))
    );
    const named = all.filter(({ file }) => file === this.roots.file);
    return named.length > 0 ? named : all;
  }

  /** `options.A.B = mkOption { default = …; }` */
  declaredDefault(option: readonly string[]): Site | undefined {
    const path = ["options", ...option, "default"];
    return this.sites.find((site) => samePath(site.path, path));
  }

  /** The option is declared in one of the files. */
  isDeclared(option: readonly string[]): boolean {
    const path = ["options", ...option];
    return this.sites.some((site) => startsWith(site.path, path));
  }

  /** What an option may come out as: the strongest definitions alone count. */
  valuesOf(option: readonly string[], depth = 0): Alternatives {
    if (depth > DEPTH_MAX) return [[{ kind: "unknown" }]];
    const values: Alternatives[] = [];
    const sites = [...this.definitions(option)]
      .sort((a, b) => a.priority - b.priority);
    let strongest = Infinity;
    for (const site of sites) {
      if (site.priority > strongest) break;
      if (!site.conditional) strongest = site.priority;
      values.push(this.#valueOf(site, option, depth));
    }
    if (strongest < Infinity) return values.flat();
    const fallback = this.declaredDefault(option);
    if (fallback !== undefined) {
      values.push(
        this.textOf(fallback, depth + 1).map((pieces) =>
          pieces.map((piece) =>
            piece.kind === "text" ? { ...piece, defaultOf: option } : piece
          )
        ),
      );
    }
    return values.length === 0 ? [[{ kind: "unknown" }]] : values.flat();
  }

  /** The text of a value, options taken for what this host sets them to. */
  textOf(site: Pick<Site, "expression" | "scope">, depth = 0): Alternatives {
    const known = this.#known.get(site.expression);
    if (depth === 0 && known?.scope === site.scope) return known.text;
    const text = this.sources.ask(() => this.#textOf(site, depth));
    const { expression, scope } = site;
    if (depth === 0) this.#known.set(expression, { scope, text });
    return text;
  }

  #textOf(
    { expression, scope }: Pick<Site, "expression" | "scope">,
    depth: number,
  ) {
    const raw = textOf(expression, scope, this.sources);
    return raw.flatMap((pieces) =>
      pieces.reduce<Alternatives>(
        (all, piece) =>
          append(
            all,
            piece.kind === "option"
              ? this.valuesOf(piece.path, depth + 1)
              : [[piece]],
          ),
        [[]],
      )
    );
  }

  #valueOf(site: Site, option: readonly string[], depth: number) {
    const rest = option.slice(site.path.length);
    if (rest.length === 0) return this.textOf(site, depth + 1);
    const { end, start } = site.expression;
    const expression: Expression = {
      kind: "select",
      of: site.expression,
      keys: rest.map((text) => ({ text, start, end })),
      otherwise: undefined,
      start,
      end,
    };
    return this.textOf({ expression, scope: site.scope }, depth + 1);
  }

  /** `a.b = import ./b.nix;`, where that has what is asked for. */
  #isSetOf({ expression, path, scope }: Site, option: readonly string[]) {
    if (path.length === 0) return false;
    const found = follow(expression, scope, this.sources);
    if (found.kind !== "expression" || found.expression.kind !== "set") {
      return false;
    }
    return found.expression.bindings.some(({ keys }) =>
      keys[0]?.text === option[path.length]
    );
  }
}

export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && startsWith(a, b);
}

export function startsWith(
  path: readonly string[],
  beginning: readonly string[],
): boolean {
  return beginning.every((name, at) => path[at] === name);
}

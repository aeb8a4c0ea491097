import { type Alternatives, append, follow, textOf } from "./resolve.ts";
import { type Import, type Site, type Sites, sitesOf } from "./assignments.ts";
import type { Sources } from "./sources.ts";
import type { Expression } from "./syntax.ts";

export interface Roots {
  /** configuration.nix or flake.nix, where the system begins. */
  readonly root: string | undefined;
  /** The machine's name, which chooses among those of a flake. */
  readonly host: string;
  /** The operator's word for where this host sets what is asked for. */
  readonly file: string | undefined;
}

const DEPTH_MAX = 8;

/**
 * One host's system: the modules that it is made of, as far as they are
 * brought in by plain words, and what they set.
 */
export class Configuration {
  /** What this host's modules hold. */
  readonly sites: readonly Site[];
  /** Files of modules of this host. */
  readonly files: ReadonlySet<string>;
  /** Something is brought in in a way that cannot be followed. */
  readonly open: boolean;
  /** What files hold of which it is not known whether this host has them. */
  readonly loose: readonly Site[];
  /** Files that other hosts, or nobody we know, bring in. */
  readonly #others: ReadonlySet<string>;

  constructor(readonly sources: Sources, readonly roots: Roots) {
    const mine = new Graph(sources);
    for (const start of [roots.root, roots.file]) {
      if (start !== undefined) mine.begin(start, roots.host);
    }
    this.sites = mine.sites;
    this.files = mine.files;
    this.open = mine.open;
    const others = new Graph(sources);
    const flakes = [...sources.texts.keys()].filter((file) => isFlake(file));
    for (const file of sources.texts.keys()) {
      if (this.files.has(file) || flakes.includes(file)) continue;
      others.follow(file);
    }
    for (const flake of flakes) others.beginOthers(flake, mine.host);
    this.#others = others.imported;
    this.loose = this.open
      ? others.sites.filter(({ file }) => !this.files.has(file))
      : [];
  }

  /** Another host has this file among its modules. */
  isShared(file: string): boolean {
    return this.#others.has(file);
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
    return this.sources.ask(() => this.#textOf(site, depth));
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

/** Follows what modules bring in. */
class Graph {
  readonly sites: Site[] = [];
  readonly files = new Set<string>();
  /** Those of the files that another one brings in. */
  readonly imported = new Set<string>();
  open = false;
  host: string | undefined;

  constructor(readonly sources: Sources) {}

  begin(root: string, host: string): void {
    if (!isFlake(root)) return this.follow(root);
    const all = this.#read(root, false);
    const hosts = [...new Set(all.imports.map((it) => it.host))];
    this.host = hosts.includes(host) ? host : undefined;
    if (hosts.length === 1) this.host = hosts[0];
    if (this.host === undefined) {
      this.open = true;
      return;
    }
    this.files.add(root);
    const isMine = (it: Import | Site) => it.host === this.host;
    this.sites.push(...all.sites.filter(isMine));
    for (const it of all.imports.filter(isMine)) this.#follow(it);
  }

  beginOthers(flake: string, mine: string | undefined): void {
    const all = this.#read(flake, false);
    for (const it of all.imports) if (it.host !== mine) this.#follow(it);
  }

  follow(file: string): void {
    if (this.files.has(file)) return;
    this.files.add(file);
    const read = this.#read(file, true);
    this.sites.push(...read.sites);
    for (const it of read.imports) this.#follow(it);
  }

  #read(file: string, rooted: boolean): Sites {
    const expression = this.sources.expression(file);
    if (expression === undefined) {
      this.open = true;
      return { sites: [], imports: [] };
    }
    return sitesOf(file, expression, rooted);
  }

  #follow({ expression, scope }: Import): void {
    const target = follow(expression, scope, this.sources);
    const meant = target.kind === "expression" ? target : { expression, scope };
    const file = this.sources.fileOf(meant.expression, meant.scope) ??
      this.sources.imported(expression, scope);
    if (file !== undefined) {
      this.imported.add(file);
      this.follow(file);
    } else if (!isForeign(expression)) this.open = true;
  }
}

/** A module of nixpkgs or of another flake, which knows nothing of this host. */
function isForeign(expression: Expression): boolean {
  switch (expression.kind) {
    case "search-path":
      return true;
    case "select":
      return !namesOf(expression).some((name) => name === "self" || !name);
    case "operation":
      return expression.operator === "+" && expression.left !== undefined &&
        namesOf(expression.left).join() === "modulesPath";
    case "string": {
      const [first] = expression.parts;
      return first?.kind === "expression" &&
        !namesOf(first.expression).some((name) => name === "self" || !name);
    }
    default:
      return false;
  }
}

/** `a.b.c`; "" for what is no name. */
function namesOf(expression: Expression): string[] {
  if (expression.kind === "name") return [expression.text];
  if (expression.kind !== "select") return [""];
  const keys = expression.keys.map(({ text }) => text ?? "");
  return [...namesOf(expression.of), ...keys];
}

function isFlake(file: string): boolean {
  return file.endsWith("/flake.nix");
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

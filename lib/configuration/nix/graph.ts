import {
  COMPUTED,
  type Import,
  MACHINES,
  type Site,
  type Sites,
  sitesOf,
} from "./assignments.ts";
import { callOf } from "./calls.ts";
import { fileOf, follow } from "./resolve.ts";
import type { Sources } from "./sources.ts";
import { type Expression, lineOf } from "./syntax.ts";

/** Follows what modules bring in. */
export class Graph {
  readonly sites: Site[] = [];
  readonly files = new Set<string>();
  /** What brings a file in: other files, or machines of a flake. */
  readonly importers = new Map<string, Set<string>>();
  /** Files that bring something in that cannot be followed. */
  readonly openFiles = new Set<string>();
  /** Machines of a flake, as importers are called. */
  readonly machines = new Set<string>();
  readonly gaps = new Set<string>();
  host: string | undefined;

  constructor(
    readonly sources: Sources,
    /** A machine that is not followed: it is not one of the others. */
    readonly apart?: string,
  ) {}

  begin(root: string, host: string): void {
    if (!isFlake(root)) return this.follow(root);
    const all = this.#read(root, false);
    const hosts = machinesIn(all);
    this.host = hosts.includes(host) ? host : undefined;
    // The one machine that is seen is this one if there can be no other.
    if (hosts.length === 1 && isClosed(all.sites)) this.host = hosts[0];
    if (this.host === undefined) {
      this.gaps.add(
        `"${root}" does not name "${host}" in a way that can be followed`,
      );
      return;
    }
    this.files.add(root);
    // What the flake brings in to make its machines is no module.
    for (const { scope } of [...all.imports, ...all.sites]) {
      this.files.add(scope.file);
    }
    const isMine = (it: Import | Site) => it.host === this.host;
    this.sites.push(...all.sites.filter(isMine));
    for (const it of all.imports.filter(isMine)) this.#follow(it, root);
  }

  beginOthers(flake: string): void {
    const all = this.#read(flake, false);
    for (const it of all.imports) {
      if (it.host === this.apart) continue;
      const machine = `${flake} ${it.host}`;
      this.machines.add(machine);
      this.#follow(it, machine);
    }
  }

  follow(file: string): void {
    if (this.files.has(file)) return;
    this.files.add(file);
    const read = this.#read(file, true);
    this.sites.push(...read.sites);
    for (const it of read.imports) {
      // A flake may have its machines in files of their own.
      if (it.host !== undefined && it.host === this.apart) continue;
      this.#follow(it, file);
    }
  }

  #read(file: string, rooted: boolean): Sites {
    const expression = this.sources.expression(file);
    if (expression === undefined) {
      this.#gap(file, `"${file}" cannot be read`);
      return { sites: [], imports: [] };
    }
    return sitesOf(file, expression, this.sources, rooted);
  }

  /** Where the ways to a file begin: what nothing brings in itself. */
  beginningsOf(file: string): ReadonlySet<string> {
    const found = new Set<string>();
    const seen = new Set([file]);
    for (const it of seen) {
      const above = this.importers.get(it);
      for (const importer of above ?? []) seen.add(importer);
      if (above === undefined) found.add(it);
    }
    return found;
  }

  #gap(file: string, words: string): void {
    this.openFiles.add(file);
    this.gaps.add(words);
  }

  #follow({ expression, scope }: Import, importer: string): void {
    const target = follow(expression, scope, this.sources);
    const meant = target.kind === "expression" ? target : { expression, scope };
    const call = callOf(expression, scope);
    const [path = meant.expression] = call?.name === "import"
      ? call.arguments
      : [];
    const from = path === meant.expression ? meant.scope : scope;
    const file = fileOf(path, from, this.sources);
    if (file !== undefined) {
      const importers = this.importers.get(file) ?? new Set();
      this.importers.set(file, importers.add(importer));
      this.follow(file);
    } else if (!isForeign(expression)) {
      const text = this.sources.texts.get(scope.file) ?? "";
      const line = lineOf(text, expression.start);
      this.#gap(
        scope.file,
        `${scope.file}:${line} brings in what cannot be followed`,
      );
    }
  }
}

/** The names of a flake's machines, as far as they are seen. */
export function machinesIn({ imports, sites }: Sites): string[] {
  const hosts = [...imports, ...sites].flatMap(({ host }) => host ?? []);
  return [...new Set(hosts)].sort();
}

/** Nobody can have a machine of it that is not seen. */
export function namesAllMachines(
  flake: string,
  expression: Expression,
  sources: Sources,
): boolean {
  const all = sitesOf(flake, expression, sources, false);
  const { sites } = all;
  const hive = sites.some(({ path }) =>
    path.includes("colmena") || path.includes("colmenaHive")
  );
  return !hive && machinesIn(all).length > 0 && isClosed(sites);
}

/** All machines of a flake are seen: none is made in a way not followed. */
function isClosed(sites: readonly Site[]): boolean {
  return sites.every(({ host, named, path }) => {
    const at = path.indexOf(MACHINES);
    return host !== undefined || named || at < 0 && path.length > 1 ||
      at >= 0 && path.length > at + 2 && path[at + 1] !== COMPUTED;
  });
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

export function isFlake(file: string): boolean {
  return file.endsWith("/flake.nix");
}

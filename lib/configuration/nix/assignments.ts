import { calledIn, callOf, unwrap } from "./calls.ts";
import { eachOf } from "./machines.ts";
import { follow } from "./resolve.ts";
import {
  type Scope,
  scopeOfFile,
  withBindings,
  withParameters,
} from "./scope.ts";
import type { Sources } from "./sources.ts";
import type { Binding, Expression, Span } from "./syntax.ts";

/** A value in a file of Nix, and all that is known of what it is for. */
export interface Site {
  readonly file: string;
  /**
   * The names down to it, of nested sets and dotted paths alike; "[0]" is an
   * item of a list, "(f)" an argument of a function, "${…}" a computed name.
   */
  readonly path: readonly string[];
  /** The path is the option's own: the file is a module, nothing is unknown. */
  readonly rooted: boolean;
  /** The machine of a flake that it is for; undefined: whichever. */
  readonly host: string | undefined;
  /** Bound by `let`: a name for the file's own use. */
  readonly named: boolean;
  readonly expression: Expression;
  readonly scope: Scope;
  /** mkForce 50, plain 100, mkDefault 1000 (nixpkgs, lib/modules.nix). */
  readonly priority: number;
  /** Below mkIf, `if`, or what another set may override. */
  readonly conditional: boolean;
  /** The assignment; undefined for a file that is a value itself. */
  readonly binding: Binding | undefined;
  /** The set that the assignment stands in, and where it belongs. */
  readonly within: SiteSet | undefined;
}

export interface SiteSet extends Span {
  readonly path: readonly string[];
}

/** A module that a module brings in. */
export interface Import {
  readonly host: string | undefined;
  readonly expression: Expression;
  readonly scope: Scope;
}

export interface Sites {
  readonly sites: readonly Site[];
  readonly imports: readonly Import[];
}

export const PRIORITY = 100;
export const COMPUTED = "${…}";

/** All of a file, which may be a module: then its paths are those of options. */
export function sitesOf(
  file: string,
  expression: Expression,
  sources: Sources,
  rooted: boolean,
): Sites {
  const walk = new Walk(sources);
  walk.visit(expression, {
    path: [],
    rooted,
    host: undefined,
    named: false,
    scope: scopeOfFile(file),
    priority: PRIORITY,
    conditional: false,
    binding: undefined,
    within: undefined,
  });
  return walk;
}

/** Machines are made by functions of functions; those must end. */
const FOLLOWED_MAX = 50;
export const MACHINES = "nixosConfigurations";

/** A value that is a machine's whole, or that of all machines. */
function isOfMachines({ path }: Place): boolean {
  const at = path.indexOf(MACHINES);
  return at >= 0 && path.length <= at + 2;
}

type Place = Omit<Site, "expression" | "file">;

class Walk implements Sites {
  readonly sites: Site[] = [];
  readonly imports: Import[] = [];
  #followed = 0;

  constructor(readonly sources: Sources) {}

  visit(expression: Expression, place: Place): void {
    const { scope } = place;
    if (isOfMachines(place) && this.#machines(expression, place)) return;
    switch (expression.kind) {
      case "set":
        return this.#set(expression, place);
      case "let": {
        const inner = withBindings(scope, expression.bindings);
        for (const binding of expression.bindings) {
          this.#binding(binding, [], {
            ...place,
            scope: inner,
            rooted: false,
            named: true,
            path: [],
            within: undefined,
          });
        }
        return this.visit(expression.body, { ...place, scope: inner });
      }
      case "with":
      case "assert":
        return this.visit(expression.body, place);
      case "lambda": {
        const { body, parameters } = expression;
        const module = place.rooted && place.path.length === 0;
        return this.visit(body, {
          ...place,
          rooted: module,
          scope: withParameters(scope, parameters, module),
        });
      }
      case "if":
        this.visit(expression.then, { ...place, conditional: true });
        return this.visit(expression.otherwise, {
          ...place,
          conditional: true,
        });
      case "list":
        return this.#list(expression.items, place);
      case "apply":
        return this.#apply(expression, place);
      case "operation":
        return this.#operation(expression, place);
      default:
        this.#leaf(expression, place);
    }
  }

  #leaf(expression: Expression, place: Place): void {
    this.sites.push({ ...place, file: place.scope.file, expression });
  }

  #set(expression: Expression & { kind: "set" }, place: Place): void {
    const { bindings, end, recursive, start } = expression;
    const scope = recursive ? withBindings(place.scope, bindings) : place.scope;
    const within = { path: place.path, start, end };
    for (const binding of bindings) {
      this.#binding(binding, place.path, { ...place, scope, within });
    }
  }

  #binding(
    binding: Binding,
    prefix: readonly string[],
    place: Place,
  ): void {
    const names = binding.keys.map(({ text }) => text ?? COMPUTED);
    const isRoot = place.rooted && prefix.length === 0;
    // In a module `config` is the room of the options themselves.
    const path = isRoot && names[0] === "config"
      ? names.slice(1)
      : [...prefix, ...names];
    const rooted = place.rooted && !names.includes(COMPUTED);
    if (isRoot && names.join(".") === "imports") {
      return this.#modules(binding.value, place);
    }
    this.visit(binding.value, { ...place, path, rooted, binding });
  }

  #list(items: readonly Expression[], place: Place): void {
    items.forEach((item, index) => {
      this.visit(item, { ...place, path: [...place.path, `[${index}]`] });
    });
  }

  #apply(expression: Expression & { kind: "apply" }, place: Place): void {
    const call = callOf(expression, place.scope);
    const unwrapped = call && unwrap(call);
    if (unwrapped !== undefined) {
      for (const value of unwrapped.values) {
        this.visit(value, {
          ...place,
          conditional: place.conditional || unwrapped.conditional,
          priority: unwrapped.priority ?? place.priority,
        });
      }
      return;
    }
    if (call?.name === "mkOption") {
      for (const given of call.arguments) this.visit(given, place);
      return;
    }
    const system = call?.name === "nixosSystem" &&
      call.arguments.every(({ kind }) => kind === "set");
    if (!system) this.#leaf(expression, place);
    for (const given of call?.arguments ?? []) {
      if (system && given.kind === "set") this.#system(given, place);
      else if (given.kind === "set" || given.kind === "list") {
        const path = [...place.path, `(${call?.name ?? ""})`];
        this.visit(given, { ...place, path, rooted: false });
      }
    }
  }

  /** The machines of a flake, made by functions of its own: true if they are. */
  #machines(expression: Expression, place: Place): boolean {
    const { scope } = place;
    if (expression.kind === "apply") {
      const made = eachOf(calledIn(expression, scope));
      for (const { name, value } of made) {
        this.visit(value, { ...place, path: [...place.path, name] });
      }
      if (made.length > 0) return true;
    }
    if (!/^(apply|name|select)$/.test(expression.kind)) return false;
    if (this.#followed >= FOLLOWED_MAX) return false;
    const found = follow(expression, scope, this.sources);
    if (found.kind !== "expression" || found.expression === expression) {
      return false;
    }
    this.#followed++;
    this.visit(found.expression, { ...place, scope: found.scope });
    this.#followed--;
    return true;
  }

  /** `nixosConfigurations.HOST = nixosSystem { modules = [ … ]; }` */
  #system(given: Expression & { kind: "set" }, place: Place): void {
    const at = place.path.indexOf(MACHINES);
    const host = at < 0 ? undefined : place.path[at + 1];
    for (const { keys, value } of given.bindings) {
      if (keys.length !== 1 || keys[0]?.text !== "modules") continue;
      this.#modules(value, { ...place, host, path: [], rooted: true });
    }
  }

  /** A list of modules: files, and sets and functions that stand in it. */
  #modules(expression: Expression, place: Place): void {
    const root = { ...place, path: [], rooted: true, within: undefined };
    if (expression.kind === "operation" && expression.operator === "++") {
      if (expression.left) this.#modules(expression.left, place);
      return this.#modules(expression.right, place);
    }
    if (expression.kind !== "list") {
      const { expression: list, scope } = this.#listOf(expression, place.scope);
      if (list !== expression) {
        return this.#modules(list, { ...place, scope });
      }
      this.imports.push({ host: place.host, expression, scope });
      return;
    }
    for (const item of expression.items) {
      if (item.kind === "set" || item.kind === "lambda") this.visit(item, root);
      else {
        const { host, scope } = place;
        this.imports.push({ host, expression: item, scope });
      }
    }
  }

  /** Goes after a name to the list that it stands for. */
  #listOf(expression: Expression, scope: Scope) {
    const itself = { expression, scope };
    if (!/^(apply|name|select)$/.test(expression.kind)) return itself;
    const found = follow(expression, scope, this.sources);
    const isList = found.kind === "expression" &&
      (found.expression.kind === "list" ||
        found.expression.kind === "operation" &&
          found.expression.operator === "++");
    return isList ? found : itself;
  }

  #operation(
    expression: Expression & { kind: "operation" },
    place: Place,
  ): void {
    const { left, operator, right } = expression;
    if (operator === "//" && left !== undefined) {
      // What stands on the right may override it.
      this.visit(left, { ...place, conditional: true });
      return this.visit(right, place);
    }
    if (operator === "++" && left !== undefined) {
      this.visit(left, place);
      return this.visit(right, place);
    }
    this.#leaf(expression, place);
  }
}

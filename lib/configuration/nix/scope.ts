import type { Binding, Expression, Key } from "./syntax.ts";

/** The names that an expression can see, from the innermost outwards. */
export interface Scope {
  readonly file: string;
  readonly parent: Scope | undefined;
  /** Of `let` and `rec { … }`. */
  readonly bindings: readonly Binding[];
  /** Of a function. */
  readonly parameters: readonly string[];
  /** What the function is called with, where that is known. */
  readonly given: ReadonlyMap<string, Found>;
  /** The function is a NixOS module's: its `config` is the whole system's. */
  readonly module: boolean;
}

const NOTHING_GIVEN: ReadonlyMap<string, Found> = new Map();

export function scopeOfFile(file: string): Scope {
  const given = NOTHING_GIVEN;
  const none = { bindings: [], parameters: [], given, module: false };
  return { file, parent: undefined, ...none };
}

export function withBindings(
  parent: Scope,
  bindings: readonly Binding[],
): Scope {
  const { file } = parent;
  const given = NOTHING_GIVEN;
  return { file, parent, bindings, parameters: [], given, module: false };
}

export function withParameters(
  parent: Scope,
  parameters: readonly string[],
  module: boolean,
  given = NOTHING_GIVEN,
): Scope {
  const { file } = parent;
  return { file, parent, bindings: [], parameters, given, module };
}

/** What a name, or a selection from it, stands for. */
export type Found =
  | {
    readonly kind: "expression";
    readonly expression: Expression;
    readonly scope: Scope;
    /** It comes by `inherit`. */
    readonly inherited: boolean;
  }
  /** Below a module's `config`. */
  | { readonly kind: "option"; readonly path: readonly string[] }
  | { readonly kind: "unknown" };

export const UNKNOWN: Found = { kind: "unknown" };

/**
 * By the rules of lexical scope: what `with` brings comes last, so a name that
 * is bound here is not touched by it. Undefined where none binds it.
 */
export function lookUp(name: string, from: Scope): Found | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    if (scope.parameters.includes(name)) {
      return scope.module && name === "config"
        ? { kind: "option", path: [] }
        : scope.given.get(name) ?? UNKNOWN;
    }
    if (scope.bindings.some(({ keys }) => keys[0]?.text === name)) {
      return pick(scope.bindings, [name], scope, scope.parent ?? scope);
    }
  }
  return undefined;
}

/**
 * The one binding of a path. `outer` is where a plain `inherit a;` looks.
 * What is bound in parts (`a.b = 1; a.c = 2;`) is only known down to them.
 */
export function pick(
  bindings: readonly Binding[],
  path: readonly string[],
  scope: Scope,
  outer: Scope,
): Found {
  const fitting = bindings.filter(({ keys }) => begins(keys, path));
  const [binding] = fitting;
  if (binding === undefined || fitting.length > 1) {
    return fitting.length === 0 ? UNKNOWN : parts(fitting, path, scope);
  }
  const rest = path.slice(binding.keys.length);
  if (binding.keys.length > path.length) return parts(fitting, path, scope);
  const { inherited, value } = binding;
  const plain = inherited && value.kind === "name";
  const found: Found = {
    kind: "expression",
    expression: value,
    scope: plain ? outer : scope,
    inherited,
  };
  if (rest.length === 0) return found;
  return {
    ...found,
    expression: {
      kind: "select",
      of: value,
      keys: rest.map((text) => ({ text, start: value.start, end: value.end })),
      otherwise: undefined,
      start: value.start,
      end: value.end,
    },
  };
}

/** The set that several dotted bindings make together. */
function parts(
  bindings: readonly Binding[],
  path: readonly string[],
  scope: Scope,
): Found {
  const { length } = path;
  const inner = bindings.filter(({ keys }) => keys.length > length)
    .map((binding) => ({ ...binding, keys: binding.keys.slice(length) }));
  const [first] = inner;
  if (first === undefined || inner.length < bindings.length) return UNKNOWN;
  const { end, start } = first;
  return {
    kind: "expression",
    expression: { kind: "set", recursive: false, bindings: inner, start, end },
    scope,
    inherited: false,
  };
}

/** One is the beginning of the other. */
function begins(keys: readonly Key[], path: readonly string[]): boolean {
  const length = Math.min(keys.length, path.length);
  return keys.slice(0, length).every(({ text }, at) => text === path[at]);
}

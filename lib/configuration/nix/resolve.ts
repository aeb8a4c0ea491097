import { dirname, join, normalize } from "@std/path";
import { calledIn } from "./calls.ts";
import {
  type Found,
  lookUp,
  pick,
  type Scope,
  scopeOfFile,
  UNKNOWN,
  withBindings,
  withParameters,
} from "./scope.ts";
import type { Sources } from "./sources.ts";
import type { Expression, Key } from "./syntax.ts";

/** Names lead to names; a circle must end. */
export const DEPTH_MAX = 32;

/** Goes after names, selections and imported files to what is meant. */
export function follow(
  expression: Expression,
  scope: Scope,
  sources: Sources,
): Found {
  return sources.ask(() => goAfter(expression, scope, sources, 0));
}

/** For what asks while it is being asked. */
export function goAfter(
  expression: Expression,
  scope: Scope,
  sources: Sources,
  depth: number,
): Found {
  if (depth > DEPTH_MAX || !sources.mayGoOn()) return UNKNOWN;
  const again = (found: Found | undefined): Found =>
    found?.kind === "expression"
      ? goAfter(found.expression, found.scope, sources, depth + 1)
      : found ?? UNKNOWN;
  switch (expression.kind) {
    case "name":
      return again(lookUp(expression.text, scope));
    case "select": {
      if (expression.otherwise !== undefined) break;
      const of = goAfter(expression.of, scope, sources, depth + 1);
      return again(select(of, expression.keys));
    }
    case "apply": {
      const applied = applyTo(expression, scope, sources, depth + 1);
      if (applied === undefined) break;
      return again(applied);
    }
    case "let":
      return again(
        found(expression.body, withBindings(scope, expression.bindings)),
      );
    case "with":
    case "assert":
      return again(found(expression.body, scope));
  }
  return found(expression, scope);
}

/** What a function that is written here makes of what it is called with. */
function applyTo(
  expression: Expression & { readonly kind: "apply" },
  scope: Scope,
  sources: Sources,
  depth: number,
): Found | undefined {
  const { arguments: given, callee, name } = calledIn(expression, scope);
  const [first, ...rest] = given;
  const file = name === "import" && first && fileBelow(first, scope, sources);
  const whole = file && sources.expression(file);
  if (name === "import" && (!file || !whole)) return undefined;
  let target: Found = file && whole
    ? found(whole, scopeOfFile(file))
    : goAfter(callee, scope, sources, depth);
  for (const argument of file && whole ? rest : given) {
    if (target.kind !== "expression" || target.expression.kind !== "lambda") {
      return undefined;
    }
    const { body } = target.expression;
    const inner = called(target.expression, target.scope, {
      of: () => goAfter(argument, scope, sources, depth),
      whole: found(argument, scope),
    });
    target = goAfter(body, inner, sources, depth);
  }
  // What a module is called with cannot be seen in it.
  if (target.kind === "expression" && target.expression.kind === "lambda") {
    const { body, parameters } = target.expression;
    return found(body, withParameters(target.scope, parameters, false));
  }
  return target;
}

/** The scope of a function's body. */
function called(
  { defaults, parameters, whole }: Expression & { readonly kind: "lambda" },
  scope: Scope,
  argument: { readonly of: () => Found; readonly whole: Found },
): Scope {
  const given = new Map<string, Found>();
  const inner = withParameters(scope, parameters, false, given);
  const formals = parameters.filter((name) => name !== whole);
  if (whole !== undefined) given.set(whole, argument.whole);
  const set = formals.length > 0 ? argument.of() : UNKNOWN;
  if (set.kind !== "expression" || set.expression.kind !== "set") return inner;
  for (const name of formals) {
    const { end, start } = set.expression;
    const own = set.expression.bindings.some(({ keys }) =>
      keys[0]?.text === name
    );
    const otherwise = defaults.get(name);
    if (own) given.set(name, select(set, [{ text: name, start, end }]));
    else if (otherwise) given.set(name, found(otherwise, inner));
  }
  return inner;
}

/** A path that is written as such, or put together: the file it stands for. */
export function fileOf(
  path: Expression,
  scope: Scope,
  sources: Sources,
): string | undefined {
  return sources.ask(() => fileBelow(path, scope, sources));
}

function fileBelow(path: Expression, scope: Scope, sources: Sources) {
  const whole = pathBelow(path, scope, sources, 0);
  if (!whole?.startsWith("/")) return undefined;
  return sources.fileAt(normalize(whole).replace(/(?<=.)\/$/, ""));
}

/** The text of a path, or of what is put behind one. */
function pathBelow(
  expression: Expression,
  scope: Scope,
  sources: Sources,
  depth: number,
): string | undefined {
  if (depth > DEPTH_MAX || !sources.mayGoOn()) return undefined;
  if (isOwnFlake(expression, scope)) return dirname(scope.file);
  const target = goAfter(expression, scope, sources, depth);
  if (target.kind !== "expression") return undefined;
  const read = (it: Expression) =>
    pathBelow(it, target.scope, sources, depth + 1);
  const meant = target.expression;
  if (meant.kind === "path" || meant.kind === "string") {
    const parts = meant.parts.map((part) =>
      part.kind === "text" ? part.text : read(part.expression)
    );
    const text = parts.includes(undefined) ? undefined : parts.join("");
    if (meant.kind === "string" || text === undefined) return text;
    if (text.startsWith("~")) return undefined;
    return text.startsWith("/") ? text : join(dirname(target.scope.file), text);
  }
  if (meant.kind !== "operation" || meant.operator !== "+") return undefined;
  const [left, right] = [meant.left && read(meant.left), read(meant.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

/** `self` of a flake's outputs is where its files lie; so is `inputs.self`. */
function isOwnFlake(expression: Expression, scope: Scope): boolean {
  if (!scope.file.endsWith("/flake.nix")) return false;
  if (expression.kind === "select") {
    const { keys: [key, ...more], of } = expression;
    return key?.text === "self" && more.length === 0 && of.kind === "name" &&
      lookUp(of.text, scope)?.kind === "unknown";
  }
  return expression.kind === "name" && expression.text === "self" &&
    lookUp("self", scope)?.kind === "unknown";
}

function found(expression: Expression, scope: Scope): Found {
  return { kind: "expression", expression, scope, inherited: false };
}

function select(of: Found, keys: readonly Key[]): Found {
  const path = keys.map(({ text }) => text)
    .filter((text) => text !== undefined);
  if (path.length < keys.length) return UNKNOWN;
  if (of.kind === "option") {
    return { kind: "option", path: [...of.path, ...path] };
  }
  if (of.kind === "unknown" || of.expression.kind !== "set") return UNKNOWN;
  const { bindings, recursive } = of.expression;
  const inner = recursive ? withBindings(of.scope, bindings) : of.scope;
  return pick(bindings, path, inner, of.scope);
}

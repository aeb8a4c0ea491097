import { lookUp, type Scope } from "./scope.ts";
import type { Expression } from "./syntax.ts";

/** A function and all its arguments: `f a b`. */
export interface Call {
  /** The function's last name: "mkIf" of `lib.mkIf`; "" of anything else. */
  readonly name: string;
  readonly arguments: readonly Expression[];
}

/** Undefined where nothing is called. */
export function callOf(
  expression: Expression,
  scope: Scope,
): Call | undefined {
  return expression.kind === "apply" ? calledIn(expression, scope) : undefined;
}

export function calledIn(
  expression: Expression & { readonly kind: "apply" },
  scope: Scope,
): Call & { readonly callee: Expression } {
  const given: Expression[] = [];
  let callee: Expression = expression;
  while (callee.kind === "apply") {
    given.unshift(callee.argument);
    callee = callee.callee;
  }
  return { name: nameOf(callee, scope), arguments: given, callee };
}

/** A name that the file binds itself is not the library's. */
function nameOf(callee: Expression, scope: Scope): string {
  if (callee.kind === "select") return callee.keys.at(-1)?.text ?? "";
  if (callee.kind !== "name") return "";
  const found = lookUp(callee.text, scope);
  const own = found?.kind === "expression" && !found.inherited;
  return own ? "" : callee.text;
}

/** What the module system makes of a value (nixpkgs, lib/modules.nix). */
export interface Unwrapped {
  readonly values: readonly Expression[];
  readonly conditional: boolean;
  /** The lower, the stronger. */
  readonly priority: number | undefined;
}

const PRIORITIES: Readonly<Record<string, number>> = {
  mkForce: 50,
  mkDefault: 1000,
  mkOptionDefault: 1500,
};

/** Undefined where the call is none of these. */
export function unwrap(
  { arguments: given, name }: Call,
): Unwrapped | undefined {
  const [first, second] = given;
  const value = (it: Expression | undefined, conditional = false) =>
    it && { values: [it], conditional, priority: PRIORITIES[name] };
  if (given.length === 1 && first !== undefined) {
    if (name in PRIORITIES) return value(first);
    if (name === "mkBefore" || name === "mkAfter") return value(first);
    if (name === "mkMerge" && first.kind === "list") {
      return { values: first.items, conditional: false, priority: undefined };
    }
  }
  if (given.length !== 2 || second === undefined) return undefined;
  if (name === "mkIf" || name === "optionalAttrs") return value(second, true);
  if (name === "mkOrder") return value(second);
  if (name === "mkOverride" && first?.kind === "number") {
    const priority = Number(first.text);
    return { values: [second], conditional: false, priority };
  }
  if (name === "recursiveUpdate") {
    return { values: given, conditional: true, priority: undefined };
  }
  return undefined;
}

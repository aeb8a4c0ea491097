import { Cursor } from "./cursor.ts";
import { beginsSimple, readExpression, readSelection } from "./parse.ts";
import { readString } from "./strings.ts";
import type { Binding, Expression, Key, StringPart } from "./syntax.ts";

/** A literal, a name, a set, a list, or anything in brackets. */
export function readSimple(cursor: Cursor): Expression {
  const { end, kind, start, text } = cursor.token;
  switch (kind) {
    case "quote":
      return readText(cursor);
    case "path":
      return readPath(cursor);
    case "name":
    case "number":
    case "search-path":
    case "uri":
      cursor.next();
      return { kind, text, start, end };
  }
  if (cursor.is("(")) {
    cursor.next();
    const inner = readExpression(cursor);
    cursor.require(")");
    return inner;
  }
  if (cursor.is("[")) return cursor.nested(() => readList(cursor));
  const recursive = cursor.is("rec");
  if (recursive) cursor.next();
  if (!cursor.is("{")) cursor.fail("An expression is missing here");
  cursor.next();
  const bindings = readBindings(cursor, "}");
  const closing = cursor.require("}");
  return { kind: "set", recursive, bindings, start, end: closing.end };
}

/** Assignments up to a closing mark, which stays. */
export function readBindings(cursor: Cursor, closing: string): Binding[] {
  const bindings: Binding[] = [];
  while (!cursor.is(closing)) {
    if (cursor.is("inherit")) {
      bindings.push(...readInherit(cursor));
      continue;
    }
    const { start } = cursor.token;
    const keys = readKeys(cursor);
    cursor.require("=");
    const value = readExpression(cursor);
    const { end } = cursor.require(";");
    bindings.push({ keys, value, inherited: false, start, end });
  }
  return bindings;
}

/** `a.b."c d".${e}` */
export function readKeys(cursor: Cursor): Key[] {
  const keys = [readKey(cursor)];
  while (cursor.is(".")) {
    cursor.next();
    keys.push(readKey(cursor));
  }
  return keys;
}

/** `inherit a;` is `a = a;` of the scope around, `inherit (s) a;` `a = s.a;`. */
function readInherit(cursor: Cursor): Binding[] {
  const { start } = cursor.next();
  let of: Expression | undefined;
  if (cursor.is("(")) {
    cursor.next();
    of = readExpression(cursor);
    cursor.require(")");
  }
  const keys: Key[] = [];
  while (!cursor.is(";")) keys.push(readKey(cursor));
  const { end } = cursor.require(";");
  return keys.map((key) => ({
    keys: [key],
    value: inheritedValue(key, of),
    inherited: true,
    start,
    end,
  }));
}

function inheritedValue(key: Key, of: Expression | undefined): Expression {
  const { end, start, text = "" } = key;
  return of === undefined
    ? { kind: "name", text, start, end }
    : { kind: "select", of, keys: [key], otherwise: undefined, start, end };
}

function readKey(cursor: Cursor): Key {
  const { kind, start, text } = cursor.token;
  if (kind === "name") {
    const { end } = cursor.next();
    return { text, start, end };
  }
  if (kind === "quote" && text === '"') {
    const { end, parts } = readText(cursor);
    const computed = parts.some((part) => part.kind === "expression");
    const plain = parts.map((part) => part.kind === "text" ? part.text : "");
    return { text: computed ? undefined : plain.join(""), start, end };
  }
  if (!cursor.is("${")) cursor.fail("The name of an attribute is missing here");
  const { end } = readInterpolation(cursor, cursor.token.end);
  cursor.moveTo(end);
  return { text: undefined, start, end };
}

function readList(cursor: Cursor): Expression {
  const { start } = cursor.require("[");
  const items: Expression[] = [];
  while (!cursor.is("]")) {
    if (!beginsSimple(cursor)) cursor.fail("This cannot stand in a list");
    items.push(readSelection(cursor));
  }
  return { kind: "list", items, start, end: cursor.require("]").end };
}

function readText(cursor: Cursor): Expression & { readonly kind: "string" } {
  const { source, token } = cursor;
  const quote = token.text === '"' ? '"' : "''";
  const { end, parts } = readString(
    source,
    token.end,
    quote,
    (at) => readInterpolation(cursor, at),
  );
  cursor.moveTo(end);
  return { kind: "string", parts, start: token.start, end };
}

/** What stands between `${` and `}`; behind that a string may go on. */
function readInterpolation(around: Cursor, at: number) {
  const cursor = new Cursor(around.source, at, around);
  const expression = readExpression(cursor);
  if (!cursor.is("}")) cursor.fail('"}" is missing here');
  return { expression, end: cursor.token.end };
}

/** Goes on through interpolations, up to what is no part of a path. */
function readPath(cursor: Cursor): Expression {
  const { source, token: { end: first, start, text } } = cursor;
  const further = /[a-zA-Z0-9._+/-]+/y;
  const textPart = (from: number, to: number): StringPart => ({
    kind: "text",
    text: source.slice(from, to),
    verbatim: true,
    start: from,
    end: to,
  });
  const parts = [textPart(start, first)];
  let end = first;
  while (source.startsWith("${", end)) {
    const { expression, end: behind } = readInterpolation(cursor, end + 2);
    parts.push({ kind: "expression", expression, start: end, end: behind });
    further.lastIndex = behind;
    end = behind + (further.exec(source)?.[0].length ?? 0);
    if (end > behind) parts.push(textPart(behind, end));
  }
  cursor.moveTo(end);
  const whole = end === first ? text : undefined;
  return { kind: "path", text: whole, parts, start, end };
}

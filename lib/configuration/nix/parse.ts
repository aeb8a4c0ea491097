import { Cursor } from "./cursor.ts";
import { readBindings, readKeys, readSimple } from "./simple.ts";
import type { Expression } from "./syntax.ts";

/**
 * A whole file of Nix.
 *
 * @throws {NixSyntaxError} it is not Nix; where, is in the error
 */
export function parseNix(text: string): Expression {
  const cursor = new Cursor(text);
  const whole = readExpression(cursor);
  if (cursor.token.kind !== "end") cursor.fail("Nothing may follow here");
  return whole;
}

/** How strongly operators bind (the manual, "Operators"); right: they nest. */
const OPERATORS: Readonly<Record<string, { power: number; right?: true }>> = {
  "|>": { power: 1 },
  "<|": { power: 1, right: true },
  "->": { power: 2, right: true },
  "||": { power: 3 },
  "&&": { power: 4 },
  "==": { power: 5 },
  "!=": { power: 5 },
  "<": { power: 6 },
  ">": { power: 6 },
  "<=": { power: 6 },
  ">=": { power: 6 },
  "//": { power: 7, right: true },
  "+": { power: 9 },
  "-": { power: 9 },
  "*": { power: 10 },
  "/": { power: 10 },
  "++": { power: 11, right: true },
  "?": { power: 12 },
};
const NOT = 8;
const MINUS = 13;

export function readExpression(cursor: Cursor): Expression {
  return cursor.nested(() => readAnything(cursor));
}

function readAnything(cursor: Cursor): Expression {
  const { start, text } = cursor.token;
  if (cursor.is("assert") || cursor.is("with")) {
    cursor.next();
    const first = readExpression(cursor);
    cursor.require(";");
    const body = readExpression(cursor);
    const { end } = body;
    return text === "with"
      ? { kind: "with", scope: first, body, start, end }
      : { kind: "assert", condition: first, body, start, end };
  }
  if (cursor.is("if")) return readCondition(cursor, start);
  if (cursor.is("let")) return readLet(cursor, start);
  return readLambda(cursor, start) ?? readOperation(cursor, 0);
}

function readCondition(cursor: Cursor, start: number): Expression {
  cursor.next();
  const condition = readExpression(cursor);
  cursor.require("then");
  const then = readExpression(cursor);
  cursor.require("else");
  const otherwise = readExpression(cursor);
  const { end } = otherwise;
  return { kind: "if", condition, then, otherwise, start, end };
}

function readLet(cursor: Cursor, start: number): Expression {
  cursor.next();
  if (cursor.is("{")) cursor.fail('The old form "let { … }" is not known here');
  const bindings = readBindings(cursor, "in");
  cursor.require("in");
  const body = readExpression(cursor);
  return { kind: "let", bindings, body, start, end: body.end };
}

/** `x: …`, `{ a, b ? c, ... }: …`, each also with `x@`. */
function readLambda(cursor: Cursor, start: number): Expression | undefined {
  const parameters: string[] = [];
  const defaults = new Map<string, Expression>();
  let whole: string | undefined;
  if (cursor.token.kind === "name") {
    const behind = cursor.peek();
    if (behind.text !== ":" && behind.text !== "@") return undefined;
    whole = cursor.next().text;
    if (cursor.is("@")) {
      cursor.next();
      readFormals(cursor, parameters, defaults);
    }
  } else if (cursor.is("{") && areFormals(cursor)) {
    readFormals(cursor, parameters, defaults);
    if (cursor.is("@")) {
      cursor.next();
      whole = cursor.requireName().text;
    }
  } else return undefined;
  if (whole !== undefined) parameters.push(whole);
  cursor.require(":");
  const body = readExpression(cursor);
  const { end } = body;
  return { kind: "lambda", parameters, whole, defaults, body, start, end };
}

/** A brace opens a set or formals: what follows it decides. */
function areFormals(cursor: Cursor): boolean {
  const first = cursor.peek();
  if (first.text === "...") return true;
  if (first.text === "}") return /^[:@]$/.test(cursor.peek(first).text);
  return first.kind === "name" && /^[,?}]$/.test(cursor.peek(first).text);
}

function readFormals(
  cursor: Cursor,
  parameters: string[],
  defaults: Map<string, Expression>,
): void {
  cursor.require("{");
  while (!cursor.is("}")) {
    if (cursor.is("...")) cursor.next();
    else {
      const { text } = cursor.requireName();
      parameters.push(text);
      if (cursor.is("?")) {
        cursor.next();
        defaults.set(text, readExpression(cursor));
      }
    }
    if (!cursor.is("}")) cursor.require(",");
  }
  cursor.require("}");
}

/** Operators that bind at least so strongly. */
function readOperation(cursor: Cursor, least: number): Expression {
  return cursor.nested(() => readOperations(cursor, least));
}

function readOperations(cursor: Cursor, least: number): Expression {
  let left = readOperand(cursor);
  for (;;) {
    const { kind, text } = cursor.token;
    const known = kind === "mark" ? OPERATORS[text] : undefined;
    if (known === undefined || known.power < least) return left;
    cursor.next();
    const { start } = left;
    if (text === "?") {
      const keys = readKeys(cursor);
      const end = keys.at(-1)?.end ?? left.end;
      left = { kind: "has", of: left, keys, start, end };
      continue;
    }
    const right = readOperation(cursor, known.power + (known.right ? 0 : 1));
    const { end } = right;
    left = { kind: "operation", operator: text, left, right, start, end };
  }
}

function readOperand(cursor: Cursor): Expression {
  const { start, text: operator } = cursor.token;
  if (!cursor.is("!") && !cursor.is("-")) return readApplication(cursor);
  cursor.next();
  const right = readOperation(cursor, operator === "!" ? NOT : MINUS);
  const { end } = right;
  return { kind: "operation", operator, left: undefined, right, start, end };
}

function readApplication(cursor: Cursor): Expression {
  let callee = readSelection(cursor);
  while (beginsSimple(cursor)) {
    const argument = readSelection(cursor);
    const { start } = callee;
    callee = { kind: "apply", callee, argument, start, end: argument.end };
  }
  return callee;
}

/** What can be an argument, or stand in a list. */
export function readSelection(cursor: Cursor): Expression {
  const of = readSimple(cursor);
  if (cursor.isOr) {
    // "or" was once a name like any other: `map or [ … ]` is a call still.
    const { end, start, text } = cursor.next();
    const argument = { kind: "name", text, start, end } as const;
    return { kind: "apply", callee: of, argument, start: of.start, end };
  }
  if (!cursor.is(".")) return of;
  cursor.next();
  const keys = readKeys(cursor);
  const { start } = of;
  if (!cursor.isOr) {
    const end = keys.at(-1)?.end ?? of.end;
    return { kind: "select", of, keys, otherwise: undefined, start, end };
  }
  cursor.next();
  const otherwise = cursor.nested(() => readSelection(cursor));
  const { end } = otherwise;
  return { kind: "select", of, keys, otherwise, start, end };
}

export function beginsSimple(cursor: Cursor): boolean {
  const { kind, text } = cursor.token;
  if (kind === "mark") return /^([{([]|rec)$/.test(text);
  return kind !== "end" && !cursor.isOr;
}

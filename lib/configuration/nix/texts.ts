import { callOf, unwrap } from "./calls.ts";
import { DEPTH_MAX, goAfter } from "./resolve.ts";
import type { Scope } from "./scope.ts";
import type { Sources } from "./sources.ts";
import type { Expression } from "./syntax.ts";

/** A part of a text, and where it comes from. */
export type Piece =
  | TextPiece
  /** The value of an option of the system. */
  | { readonly kind: "option"; readonly path: readonly string[] }
  | { readonly kind: "unknown" };

export interface TextPiece {
  readonly kind: "text";
  readonly text: string;
  readonly file: string;
  /** Offsets in the file; -1 where it does not stand there letter for letter. */
  readonly start: number;
  readonly end: number;
  /** It is written as a number: only digits may take its place. */
  readonly digits: boolean;
  /** It is the default of this option, for all hosts. */
  readonly defaultOf?: readonly string[];
}

/** What a value may be: one list of pieces for each way it can come out. */
export type Alternatives = readonly (readonly Piece[])[];

const UNKNOWN_TEXT: Alternatives = [[{ kind: "unknown" }]];
const ALTERNATIVES_MAX = 64;
/** A text that people compare with an image has a handful. */
const PIECES_MAX = 200;

/** The text that an expression comes to. */
export function textOf(
  expression: Expression,
  scope: Scope,
  sources: Sources,
): Alternatives {
  return sources.ask(() => textBelow(expression, scope, sources, 0));
}

function textBelow(
  expression: Expression,
  scope: Scope,
  sources: Sources,
  depth: number,
): Alternatives {
  if (depth > DEPTH_MAX || !sources.mayGoOn()) return UNKNOWN_TEXT;
  const target = goAfter(expression, scope, sources, depth);
  if (target.kind === "option") {
    return [[{ kind: "option", path: target.path }]];
  }
  if (target.kind === "unknown") return UNKNOWN_TEXT;
  const read = (it: Expression) =>
    textBelow(it, target.scope, sources, depth + 1);
  const meant = target.expression;
  switch (meant.kind) {
    case "string":
      return meant.parts.reduce<Alternatives>(
        (all, part) =>
          append(
            all,
            part.kind === "expression"
              ? read(part.expression)
              : [[literal(target.scope, part, part.verbatim)]],
          ),
        [[]],
      );
    case "number":
      return [[{ ...literal(target.scope, meant, true), digits: true }]];
    case "operation":
      return meant.operator === "+" && meant.left !== undefined
        ? append(read(meant.left), read(meant.right))
        : UNKNOWN_TEXT;
    case "if":
      return [...read(meant.then), ...read(meant.otherwise)];
    case "select":
      return meant.otherwise === undefined ? UNKNOWN_TEXT : [
        ...read({ ...meant, otherwise: undefined }),
        ...read(meant.otherwise),
      ];
    case "apply":
      return ofCall(meant, target.scope, read);
    default:
      return UNKNOWN_TEXT;
  }
}

function ofCall(
  expression: Expression,
  scope: Scope,
  read: (it: Expression) => Alternatives,
): Alternatives {
  const call = callOf(expression, scope);
  const [first, ...rest] = call?.arguments ?? [];
  if (call === undefined || first === undefined) return UNKNOWN_TEXT;
  if (call.name === "toString" && rest.length === 0) return read(first);
  const unwrapped = unwrap(call);
  const [value, ...more] = unwrapped?.values ?? [];
  if (value === undefined || more.length > 0) return UNKNOWN_TEXT;
  return read(value);
}

function literal(
  { file }: Scope,
  { end, start, text }: { start: number; end: number; text: string },
  verbatim: boolean,
): TextPiece {
  return {
    kind: "text",
    text,
    file,
    start: verbatim ? start : -1,
    end: verbatim ? end : -1,
    digits: false,
  };
}

/** Each way of the first, gone on with each way of the second. */
export function append(
  first: Alternatives,
  second: Alternatives,
): Alternatives {
  const longest = (of: Alternatives) =>
    of.reduce((most, { length }) => Math.max(most, length), 0);
  if (
    first.length * second.length > ALTERNATIVES_MAX ||
    longest(first) + longest(second) > PIECES_MAX
  ) return UNKNOWN_TEXT;
  return first.flatMap((begin) => second.map((end) => [...begin, ...end]));
}

import { NixSyntaxError, type Span } from "./syntax.ts";

export type TokenKind =
  | "name"
  | "number"
  | "path"
  | "search-path"
  | "uri"
  /** An opening quote, `"` or `''`: what follows is read as a string. */
  | "quote"
  /** An operator, a bracket or a keyword: its text says which. */
  | "mark"
  | "end";

export interface Token extends Span {
  readonly kind: TokenKind;
  readonly text: string;
}

const KEYWORDS = new Set(
  "if then else assert with let in rec inherit".split(" "),
);

type Form = readonly [TokenKind, RegExp];

/** By Nix's own lexer (src/libexpr/lexer.l): the longest match counts. */
const LONGEST: readonly Form[] = [
  ["name", /[a-zA-Z_][a-zA-Z0-9_'-]*/y],
  ["number", /\d+/y],
  ["number", /(?:[1-9]\d*\.\d*|0?\.\d+)(?:[Ee][+-]?\d+)?/y],
  ["mark", /\.\.\.|==|!=|<=|>=|&&|\|\||->|\/\/|\+\+|\|>|<\||\$\{/y],
  ["mark", /[{}()[\];:,=@?.!<>+\-*/]/y],
  ["path", /[a-zA-Z0-9._+-]*(?:\/[a-zA-Z0-9._+-]+)+\/?/y],
  // The beginning of a path that goes on with an interpolation.
  ["path", /[a-zA-Z0-9._+-]*\/(?=\$\{)/y],
  ["path", /~(?:\/[a-zA-Z0-9._+-]+)+\/?/y],
  ["path", /~\/(?=\$\{)/y],
  ["search-path", /<[a-zA-Z0-9._+-]+(?:\/[a-zA-Z0-9._+-]+)*>/y],
  ["uri", /[a-zA-Z][a-zA-Z0-9+.-]*:[a-zA-Z0-9%/?:@&=+$,\-_.!~*']+/y],
];

const OF_LETTERS = LONGEST.filter(([kind]) =>
  kind === "name" || kind === "path" || kind === "uri"
);

/** Most tokens are names: what cannot begin with a letter is not tried there. */
function formsAt(text: string, at: number): readonly Form[] {
  return /[a-zA-Z_]/.test(text[at] ?? "") ? OF_LETTERS : LONGEST;
}

/** Blanks, `# …` and `/* … *\/`. */
const IGNORED = /(?:[ \t\r\n]+|#[^\r\n]*|\/\*(?:[^*]|\*+[^*/])*\*+\/)*/y;

/** @throws {NixSyntaxError} nothing of Nix begins there */
export function tokenAt(text: string, from: number): Token {
  IGNORED.lastIndex = from;
  const start = from + (IGNORED.exec(text)?.[0].length ?? 0);
  if (start >= text.length) {
    return { kind: "end", text: "", start: text.length, end: text.length };
  }
  const quote = text.startsWith("''", start) ? "''" : text[start];
  if (quote === '"' || quote === "''") {
    return { kind: "quote", text: quote, start, end: start + quote.length };
  }
  // No division: a path may begin with what is interpolated.
  if (text.startsWith("/${", start)) {
    return { kind: "path", text: "/", start, end: start + 1 };
  }
  let found: Token | undefined;
  for (const [kind, pattern] of formsAt(text, start)) {
    pattern.lastIndex = start;
    const matched = pattern.exec(text)?.[0];
    if (matched === undefined) continue;
    const end = start + matched.length;
    if (end > (found?.end ?? start)) {
      found = { kind, text: matched, start, end };
    }
  }
  if (found === undefined) {
    throw new NixSyntaxError("This is not Nix", start);
  }
  return KEYWORDS.has(found.text) ? { ...found, kind: "mark" } : found;
}

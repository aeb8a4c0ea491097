import { type Expression, NixSyntaxError, type StringPart } from "./syntax.ts";

/** Reads the expression behind `${`, and says where its `}` ends. */
export type ReadInterpolation = (
  at: number,
) => { readonly expression: Expression; readonly end: number };

export interface ReadString {
  readonly parts: readonly StringPart[];
  /** Behind the closing quote. */
  readonly end: number;
}

/** Letters that neither end a string nor mean anything in one. */
const PLAIN = /[^"'\\$\r]+/y;

/**
 * The string whose opening quote ends at `at`. Its text parts are verbatim
 * where neither an escape nor the stripping of indentation changes them.
 */
export function readString(
  source: string,
  at: number,
  quote: '"' | "''",
  readInterpolation: ReadInterpolation,
): ReadString {
  const parts: StringPart[] = [];
  const escape = quote === '"' ? escapeInString : escapeInIndented;
  let start = at;
  let text = "";
  let verbatim = true;
  const finish = (end: number) => {
    if (end > start) parts.push({ kind: "text", text, verbatim, start, end });
    text = "";
    verbatim = true;
  };
  for (let here = at; here < source.length;) {
    const escaped = escape(source, here);
    if (escaped !== undefined) {
      text += escaped.text;
      verbatim = false;
      here += escaped.length;
    } else if (source.startsWith(quote, here)) {
      finish(here);
      const end = here + quote.length;
      return { parts: quote === '"' ? parts : withoutIndent(parts), end };
    } else if (source.startsWith("${", here)) {
      finish(here);
      const { expression, end } = readInterpolation(here + 2);
      parts.push({ kind: "expression", expression, start: here, end });
      here = end;
      start = end;
    } else {
      PLAIN.lastIndex = here;
      // "$${" is no interpolation: the first one takes the second along.
      const length = source.startsWith("$$", here)
        ? 2
        : PLAIN.exec(source)?.[0].length ?? 1;
      text += source.slice(here, here + length);
      // A carriage return is not what the string has in its place.
      if (source[here] === "\r") verbatim = false;
      here += length;
    }
  }
  throw new NixSyntaxError("This string has no end", at - quote.length);
}

interface Escape {
  readonly text: string;
  readonly length: number;
}

const LETTERS: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
};

function escapeInString(source: string, at: number): Escape | undefined {
  if (source[at] !== "\\") return undefined;
  const letter = source[at + 1] ?? "";
  return { text: LETTERS[letter] ?? letter, length: 2 };
}

/** `'''` is two quotes, `''$` a dollar, `''\n` a new line. */
function escapeInIndented(source: string, at: number): Escape | undefined {
  if (!source.startsWith("''", at)) return undefined;
  const next = source[at + 2] ?? "";
  if (next === "'") return { text: "''", length: 3 };
  if (next === "$") return { text: "$", length: 3 };
  if (next !== "\\") return undefined;
  const letter = source[at + 3] ?? "";
  return { text: LETTERS[letter] ?? letter, length: 4 };
}

/**
 * Indentation goes from each line: of a text with more than one, or with a
 * blank before it, nothing is said letter for letter.
 */
function withoutIndent(parts: readonly StringPart[]): StringPart[] {
  const lines = parts.some((part) =>
    part.kind === "text" && part.text.includes("\n")
  );
  return parts.map((part, index) => {
    if (part.kind !== "text") return part;
    const indented = index === 0 && part.text.startsWith(" ");
    return { ...part, verbatim: part.verbatim && !lines && !indented };
  });
}

/** One word of SQL or PL/pgSQL, as its own scanner parts them. */
export interface SqlWord {
  readonly kind: "name" | "text" | "operator" | "other";
  /** A name in lower case where it stands without quotes, a text without them. */
  readonly text: string;
  /** A name in quotes, which is no keyword. */
  readonly quoted?: true;
}

/**
 * The one at a place; what stands between words is nothing. None of them looks
 * further than it reads, since the text may be anybody's.
 */
const WORD = new RegExp(
  [
    /(?<nothing>\s+|--[^\n]*)/,
    /(?<open>\/\*)/,
    /(?<escaped>[eE]'(?:[^'\\]|\\[^]|'')*'?)/,
    /(?<plain>(?:[nNbBxX]|[uU]&)?'(?:[^']|'')*'?)/,
    /(?<quoted>(?:[uU]&)?"(?:[^"]|"")*"?)/,
    /(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)/,
    /(?<name>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/,
    /(?<other>::|:=|\$\d+|\d[\w.]*)/,
    /(?<operator>(?:(?!--|\/\*)[-+*/<>=~!@#%^&|`?])+)/,
    /(?<rest>[^])/,
  ].map(({ source }) => source).join("|"),
  "y",
);

/** What does not end in the text ends with it: nobody runs such a body. */
export function sqlWords(text: string): readonly SqlWord[] {
  const words: SqlWord[] = [];
  let at = 0;
  while (at < text.length) {
    WORD.lastIndex = at;
    const match = WORD.exec(text);
    const { groups = {} } = match ?? {};
    at += match?.[0].length ?? 1;
    if (groups["open"] !== undefined) at = commentEnd(text, at);
    const { dollar } = groups;
    if (dollar !== undefined) {
      const end = text.indexOf(dollar, at);
      const inside = text.slice(at, end === -1 ? text.length : end);
      words.push({ kind: "text", text: inside });
      at += inside.length + dollar.length;
      continue;
    }
    const word = wordOf(groups);
    if (word !== undefined) words.push(word);
  }
  return words;
}

/** Comments of this kind stand in each other. */
function commentEnd(text: string, begin: number): number {
  let at = begin;
  for (let depth = 1; depth > 0;) {
    const close = text.indexOf("*/", at);
    const open = text.indexOf("/*", at);
    if (close === -1) return text.length;
    depth += open !== -1 && open < close ? 1 : -1;
    at = (open !== -1 && open < close ? open : close) + 2;
  }
  return at;
}

type Groups = Readonly<Record<string, string | undefined>>;

function wordOf(groups: Groups): SqlWord | undefined {
  const { escaped, name, operator, other, plain, quoted, rest } = groups;
  if (name !== undefined) return { kind: "name", text: name.toLowerCase() };
  if (quoted !== undefined) {
    const text = unquoted(quoted, '"');
    return { kind: "name", text, quoted: true };
  }
  const string = plain ?? escaped;
  if (string !== undefined) {
    return { kind: "text", text: unquoted(string, "'") };
  }
  if (operator !== undefined) return { kind: "operator", text: operator };
  const left = other ?? rest;
  return left === undefined ? undefined : { kind: "other", text: left };
}

const unquoted = (word: string, quote: string) =>
  word.slice(word.indexOf(quote) + 1, -1).replaceAll(quote + quote, quote);

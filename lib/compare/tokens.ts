/**
 * The words of an SQL text, as far as a comparison needs them: strings, quoted
 * names and dollar quotes stay whole, white space and comments go.
 */

const TOKEN = new RegExp(
  [
    /\s+|--[^\n]*|\/\*[\s\S]*?\*\//, // nothing
    /[eE]'(?:[^'\\]|''|\\[\s\S])*'/, // a string with escapes
    /'(?:[^']|'')*'/,
    /"(?:[^"]|"")*"/,
    /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?\$\1\$/, // a dollar quote
    /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/,
    /\d[\w.]*/,
    /::/,
    /[-+*/<>=~!@#%^&|`?]+/, // an operator
    /[\s\S]/,
  ].map((part) => part.source).join("|"),
  "gy",
);

/** The tokens of a text; nothing is lost but white space and comments. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (!/^(\s|--|\/\*)/.test(token)) tokens.push(token);
  }
  return tokens;
}

/** The statements of a text, without the semicolon at their end. */
export function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let depth = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token === "(") depth++;
    if (token === ")") depth--;
    if (token !== ";" || depth > 0) continue;
    statements.push(text.slice(start, match.index).trim());
    start = match.index + 1;
  }
  const rest = text.slice(start).trim();
  if (rest !== "") statements.push(rest);
  return statements;
}

const isName = (token: string | undefined) =>
  token !== undefined && /^["A-Za-z_\u0080-\uffff]/.test(token);

/** What may follow the first word of a type's name. */
const TYPE_WORDS = /^(varying|precision|with|without|time|zone)$/;

/** The place behind the type that begins at `from`. */
export function skipType(tokens: readonly string[], from: number): number {
  let at = from + 1;
  while (tokens[at] === "." && isName(tokens[at + 1])) at += 2;
  for (;;) {
    if (TYPE_WORDS.test(tokens[at] ?? "")) at++;
    else if (tokens[at] === "(" && /^\d+$/.test(tokens[at + 1] ?? "")) {
      at = tokens.indexOf(")", at) + 1;
    } else if (tokens[at] === "[" && tokens[at + 1] === "]") at += 2;
    else return at;
  }
}

/**
 * Whether the old tokens are the new ones with more qualifiers: `customers.id`
 * where the new text says `id`. A qualifier that both have must be the same.
 */
export function sameButForQualifiers(
  before: readonly string[],
  after: readonly string[],
): boolean {
  let old = 0;
  for (let at = 0; at < after.length; at++) {
    while (isName(before[old]) && before[old + 1] === ".") {
      if (before[old] === after[at] && after[at + 1] === ".") break;
      old += 2;
    }
    if (before[old] !== after[at]) return false;
    old++;
  }
  return old === before.length;
}

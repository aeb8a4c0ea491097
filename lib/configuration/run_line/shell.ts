import { type Word, WordBuilder } from "./words.ts";

/**
 * The simple commands of a shell script, in order, each as its words.
 * Nothing is expanded: `$NAME` and `$(…)` stay in the word as they are.
 * Redirections are left out. (POSIX shell command language, 2.2 and 2.3.)
 */
export function shellCommands(source: string): Word[][] {
  const commands: Word[][] = [];
  let words: Word[] = [];
  const finish = () => {
    if (words.length > 0) commands.push(words);
    words = [];
  };
  const ends: string[] = [];
  for (let at = 0; at < source.length;) {
    const here = source[at] ?? "";
    const rest = source.slice(at, at + 2);
    if (rest === "\\\n") at += 2;
    else if (here === "\n") {
      finish();
      at = skipDocuments(source, at + 1, ends);
    } else if (/[ \t\r]/.test(here)) at++;
    else if (here === "#") at = lineEnd(source, at);
    else if (rest === "<<" && source[at + 2] !== "<") {
      at = readDocumentEnd(source, at + 2, ends);
    } else if (
      /[<>]/.test(here) || /^(\d+|&)[<>]/.test(source.slice(at, at + 8))
    ) {
      at = readRedirection(source, at);
    } else if (/[;&|()]/.test(here)) {
      finish();
      at++;
    } else {
      const word = readWord(source, at);
      words.push(word);
      at = word.end;
    }
  }
  finish();
  return commands;
}

function lineEnd(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

/** The operator, and the word that it is about. */
function readRedirection(source: string, at: number): number {
  const operator = /^(\d*|&)(<<<|>>|<&|>&|<>|>\||[<>])&?[ \t]*/
    .exec(source.slice(at, at + 80))?.[0] ?? "";
  // At least one character, so that the reader always comes to an end.
  return readWord(source, at + Math.max(operator.length, 1)).end;
}

/** `<<WORD`: its text begins with the next line and is no command. */
function readDocumentEnd(source: string, at: number, ends: string[]): number {
  const blank = /^-?[ \t]*/.exec(source.slice(at, at + 80))?.[0].length ?? 0;
  const word = readWord(source, at + blank);
  ends.push(word.text);
  return word.end;
}

function skipDocuments(source: string, at: number, ends: string[]): number {
  let here = at;
  while (ends.length > 0 && here < source.length) {
    const end = lineEnd(source, here);
    if (source.slice(here, end).replace(/^\t+/, "") === ends[0]) ends.shift();
    here = end + 1;
  }
  return Math.min(here, source.length);
}

function readWord(source: string, start: number): Word {
  const word = new WordBuilder(start);
  let at = start;
  while (at < source.length && !/[ \t\r\n;&|()<>]/.test(source[at] ?? "")) {
    const here = source[at];
    if (here === "'") at = readSingleQuoted(source, at, word);
    else if (here === '"') at = readDoubleQuoted(source, at, word);
    else if (here === "\\") at = readEscaped(source, at, word);
    else at = readPlain(source, at, word);
  }
  return word.end(Math.min(at, source.length));
}

function readSingleQuoted(
  source: string,
  at: number,
  word: WordBuilder,
): number {
  const end = closing(source, at, "'");
  word.addAll(source, at + 1, end);
  return end + 1;
}

function closing(source: string, at: number, quote: string): number {
  const end = source.indexOf(quote, at + 1);
  return end < 0 ? source.length : end;
}

/** Without a word its text is only passed over. */
function readDoubleQuoted(
  source: string,
  start: number,
  word?: WordBuilder,
  depth = 0,
): number {
  let at = start + 1;
  while (at < source.length && source[at] !== '"') {
    const next = source[at + 1] ?? "";
    if (source[at] === "\\" && next === "\n") at += 2;
    else if (source[at] === "\\" && /[$`"\\]/.test(next)) {
      word?.add(next, at + 1);
      at += 2;
    } else at = readPlain(source, at, word, depth);
  }
  return at + 1;
}

function readEscaped(source: string, at: number, word: WordBuilder): number {
  const next = source[at + 1] ?? "";
  if (next !== "\n") word.add(next, at + 1);
  return at + 2;
}

/** One character, or a whole expansion with the blanks that are in it. */
function readPlain(
  source: string,
  at: number,
  word?: WordBuilder,
  depth = 0,
): number {
  const end = expansionEnd(source, at, depth);
  word?.addAll(source, at, end);
  return end;
}

function expansionEnd(source: string, at: number, depth: number): number {
  const two = source.slice(at, at + 2);
  if (two === "$(") return bracketEnd(source, at + 2, ")", depth + 1);
  if (two === "${") return bracketEnd(source, at + 2, "}", depth + 1);
  if (source[at] === "`") {
    return Math.min(closing(source, at, "`") + 1, source.length);
  }
  return at + 1;
}

/** No person nests so deep; a reader without a bound runs out of its stack. */
const DEEPEST = 100;

function bracketEnd(
  source: string,
  start: number,
  bracket: string,
  depth: number,
): number {
  // What is deeper is taken for the rest of its word.
  if (depth > DEEPEST) return source.length;
  let at = start;
  while (at < source.length && source[at] !== bracket) {
    const here = source[at];
    if (here === "\\") at += 2;
    else if (here === "'") at = closing(source, at, "'") + 1;
    else if (here === '"') {
      at = readDoubleQuoted(source, at, undefined, depth);
    } else if (here === "(") at = bracketEnd(source, at + 1, ")", depth + 1);
    else at = expansionEnd(source, at, depth);
  }
  return Math.min(at + 1, source.length);
}

import { type Word, WordBuilder } from "./words.ts";

/**
 * The commands of the `ExecStart=` lines of a unit file that are in force,
 * each as its words (systemd.service(5), systemd.syntax(7)). Specifiers such
 * as `%n` and variables stay as they are.
 */
export function execStarts(source: string): Word[][] {
  let section = "";
  let commands: Word[][] = [];
  for (let at = 0; at < source.length;) {
    const end = logicalLineEnd(source, at);
    const line = source.slice(at, end);
    const header = /^\s*\[(.*)\]\s*$/.exec(line);
    const assignment = /^\s*ExecStart\s*=\s*/.exec(line);
    if (header !== null) section = header[1] ?? "";
    else if (section === "Service" && assignment !== null) {
      const found = readCommands(source, at + assignment[0].length, end);
      // An empty assignment takes back those before it.
      commands = found.length === 0 ? [] : [...commands, ...found];
    }
    at = end + 1;
  }
  return commands;
}

/** A backslash at the end goes on, and comments in between do not end it. */
function logicalLineEnd(source: string, start: number): number {
  let at = start;
  let continued = false;
  for (;;) {
    const found = source.indexOf("\n", at);
    const end = found < 0 ? source.length : found;
    const comment = /^\s*[#;]/.test(source.slice(at, end));
    if (comment && !continued) return end;
    if (!comment) continued = source[end - 1] === "\\" && end > at;
    if (!continued || end >= source.length) return end;
    at = end + 1;
  }
}

/** More than one where a word of its own is a semicolon. */
function readCommands(source: string, start: number, end: number): Word[][] {
  const commands: Word[][] = [];
  let words: Word[] = [];
  for (let at = skipBlanks(source, start, end); at < end;) {
    const word = readWord(source, at, end);
    if (word.text === ";" && word.end - word.start === 1) {
      commands.push(words);
      words = [];
    } else words.push(words.length === 0 ? withoutPrefix(word) : word);
    at = skipBlanks(source, word.end, end);
  }
  commands.push(words);
  return commands.filter((command) => command.length > 0);
}

/** Blanks, continued lines, and the comments in between. */
function skipBlanks(source: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const rest = source.slice(at, end);
    const blank = /^(?:[ \t\r]|\\\n(?:\s*[#;][^\n]*\n)*)+/.exec(rest)?.[0];
    if (blank === undefined) return at;
    at += blank.length;
  }
  return end;
}

function readWord(source: string, start: number, end: number): Word {
  const word = new WordBuilder(start);
  let quote = "";
  let at = start;
  while (at < end) {
    const here = source[at] ?? "";
    const next = source[at + 1] ?? "";
    if (quote === "" && /[ \t\r]/.test(here)) break;
    if (here === "\\" && next === "\n") {
      if (quote === "") break;
      word.add(" ", at);
      at = skipBlanks(source, at, end);
    } else if (here === "\\") at = readEscape(source, at, word);
    else if (here === quote) {
      quote = "";
      at++;
    } else if (quote === "" && /["']/.test(here)) {
      quote = here;
      at++;
    } else at = readPlain(source, at, word);
  }
  return word.end(Math.min(at, end));
}

/** `%%` and `$$` stand for one of them; all else for itself. */
function readPlain(source: string, at: number, word: WordBuilder): number {
  const two = source.slice(at, at + 2);
  word.add(source[at] ?? "", at);
  return at + (two === "%%" || two === "$$" ? 2 : 1);
}

const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
  s: " ",
  ";": ";",
};

function readEscape(source: string, at: number, word: WordBuilder): number {
  const rest = source.slice(at + 1, at + 10);
  const number = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{3}))/i
    .exec(rest);
  if (number !== null) {
    const [all, ...digits] = number;
    const base = number[4] === undefined ? 16 : 8;
    const code = parseInt(digits.find((it) => it !== undefined) ?? "0", base);
    word.add(String.fromCodePoint(Math.min(code, 0x10ffff)), at);
    return at + 1 + all.length;
  }
  const letter = LETTERS[rest[0] ?? ""];
  // An unknown one keeps its backslash.
  if (letter === undefined) return readPlain(source, at, word);
  word.add(letter, at);
  return at + 2;
}

/** `-`, `@`, `:`, `+`, `!` before the program are no part of it. */
function withoutPrefix(word: Word): Word {
  const length = /^[-@:+!|]*/.exec(word.text)?.[0].length ?? 0;
  return {
    text: word.text.slice(length),
    start: word.start,
    end: word.end,
    at: word.at.slice(length),
  };
}

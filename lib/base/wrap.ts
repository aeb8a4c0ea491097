/** Text in lines of a width. */

/**
 * Columns that a text takes in a terminal: some letters are two wide. By our
 * own ranges: `unicode_width` of @std/cli reads a table that its npm package
 * lacks (`cli/_data.json`), and no other library that pgladder uses has one.
 */
export function columnsOf(text: string): number {
  // Nearly every text; help has ten thousand letters to measure.
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const char of text) columns += widthOf(char);
  return columns;
}

function widthOf(char: string): number {
  if (/\p{Mark}|\u200b|\u200d/u.test(char)) return 0;
  return /\p{Extended_Pictographic}/u.test(char) ||
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u
        .test(char)
    ? 2
    : 1;
}

/** No wider than so many columns; that something is missing is shown. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let width = 1;
  for (const char of text) {
    width += widthOf(char);
    if (width > columns) break;
    kept += char;
  }
  return `${kept}…`;
}

/** A command in quotes is one word, so that it can be copied. */
const WORD = /"pgladder [^"]*"\S*|\S+/g;

/** Broken between words; a word that is too long stands alone and whole. */
export function fill(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(WORD) ?? []) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}

/** The first line begins with `start`, the others are as far in. */
export function hang(start: string, text: string, columns: number): string[] {
  const indent = columnsOf(start);
  const lines = fill(text, Math.max(20, columns - indent));
  return lines.map((line, index) =>
    `${index === 0 ? start : " ".repeat(indent)}${line}`
  );
}

/** How lines begin that are sentences, and whose end nobody will copy. */
const PROSE = /^(pgladder: | {2}→ |Database: |Where: {4}|(?=The database is ))/;

/**
 * For a terminal, which would break sentences inside a word. All else
 * is left to it: what it breaks is still one line to whoever copies it.
 */
export function foldProse(text: string, columns: number): string {
  return text.split("\n").flatMap((line) => {
    const [start] = PROSE.exec(line) ?? [];
    return start === undefined || columnsOf(line) <= columns
      ? [line]
      : hang(start, line.slice(start.length), columns);
  }).join("\n");
}

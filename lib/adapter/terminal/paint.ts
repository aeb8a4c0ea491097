import { type Colour, coloured } from "./escape_codes.ts";

/**
 * Colours for finished text, by how its lines begin: what is a mark, a warning
 * or a heading looks the same on every page, and a page without colours is the
 * same page. Names from the outside are safe by then, and are never matched.
 */
type Rule = readonly [line: RegExp, colour: Colour];

/** Of a match the first group is coloured, or else the whole. */
const RULES: readonly Rule[] = [
  [/^pgladder: .*/, "red"],
  [/^(?:Refused by .*| {2}Refused by .*)/, "red"],
  [/^ {2}(REFUSE) {2}/, "red"],
  [/^ {2}(note) {4}/, "yellow"],
  [/^ {2}(ok) {6}/, "green"],
  [/^ {2}\[(x)\] /, "green"],
  [/^ {2}\[(!)\] .*/, "red"],
  [/^ {2}\[([><])\] /, "cyan"],
  [/^ {2}(---.*)/, "yellow"],
  [/^(\[\d+\/\d+\]) /, "cyan"],
  [/^ {6}[^[]*\[(#+)/, "green"],
  [/^ {2}(!) /, "yellow"],
  [/^(Found|Checks|The ladder)$/, "bold"],
  [/^(Upgrade ".*)/, "bold"],
  [/^(Run \S+ of .*)/, "bold"],
  [/^(Way back|Database|Next|Where):/, "bold"],
  [/^(The database is stopped; .*)/, "yellow"],
];

export function paint(text: string): string {
  return text.split("\n").map(paintLine).join("\n");
}

function paintLine(line: string): string {
  for (const [rule, colour] of RULES) {
    const match = rule.exec(line);
    if (match === null) continue;
    const part = match[1] ?? match[0];
    const at = line.indexOf(part, match.index);
    return line.slice(0, at) + coloured(part, colour) +
      line.slice(at + part.length);
  }
  return line;
}

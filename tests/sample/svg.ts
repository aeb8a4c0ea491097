import { columnsOf } from "../../lib/base/wrap.ts";

/** A terminal's text, with its colours, as a picture that any browser shows. */

const COLOURS: Readonly<Record<string, string>> = {
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "36": "#79c0ff",
};
const [GROUND, INK] = ["#0d1117", "#e6edf3"];
/** Of one letter, in the picture's own unit. */
const [WIDTH, HEIGHT, EDGE] = [8, 17, 10];

interface Piece {
  readonly text: string;
  readonly code: string;
  /** Columns to its left. */
  readonly at: number;
}

/** @param columns of the terminal: the picture is as wide, whatever it shows */
export function svgOf(text: string, columns: number): string {
  const lines = text.split("\n").flatMap((line) => broken(line, columns));
  const width = columns * WIDTH + 2 * EDGE;
  const height = lines.length * HEIGHT + 2 * EDGE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" rx="6" fill="${GROUND}"/>`,
    `<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13" fill="${INK}" xml:space="preserve">`,
    ...lines.flatMap((line, row) => piecesOf(line).map(textOf(row))),
    "</g>",
    "</svg>",
  ].join("\n");
}

/** As a terminal breaks what is too long for it; its colours go on. */
function broken(line: string, columns: number): string[] {
  const rows = [""];
  let [width, code] = [0, ""];
  // deno-lint-ignore no-control-regex
  for (const part of line.split(/(\u001b\[\d+m)|/u)) {
    if (part === undefined) continue;
    const isCode = part.startsWith("\u001b");
    if (isCode) code = part;
    width += isCode ? 0 : columnsOf(part);
    if (width > columns) {
      rows.push(code);
      width = columnsOf(part);
    }
    rows[rows.length - 1] += part;
  }
  return rows;
}

/** Each as wide as in a terminal, whatever font a browser takes. */
const textOf = (row: number) => ({ at, code, text }: Piece) => {
  const x = EDGE + at * WIDTH;
  const y = EDGE + row * HEIGHT + 13;
  const look = code === "1"
    ? ' font-weight="bold"'
    : code in COLOURS
    ? ` fill="${COLOURS[code]}"`
    : "";
  return `<text x="${x}" y="${y}" textLength="${
    columnsOf(text) * WIDTH
  }" lengthAdjust="spacingAndGlyphs"${look}>${escaped(text)}</text>`;
};

function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let [at, code] = [0, ""];
  // deno-lint-ignore no-control-regex
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    // deno-lint-ignore no-control-regex
    const [, change] = /^\u001b\[(\d+)m$/.exec(part) ?? [];
    if (change !== undefined) code = change === "0" ? "" : change;
    else {
      // A browser makes one space of several.
      for (const { 0: text, index } of part.matchAll(/\S+(?: \S+)*/g)) {
        pieces.push({ text, code, at: at + columnsOf(part.slice(0, index)) });
      }
      at += columnsOf(part);
    }
  }
  return pieces;
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

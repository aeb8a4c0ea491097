import { fill, hang } from "../../base/wrap.ts";
import type { Block, Page } from "./page.ts";

/** Pages as text for a terminal of 80 columns. */

const COLUMNS = 80;
/** Where a term is longer than this, each stands on a line of its own. */
const TERM_MAX = 22;

export function textOf({ about, blocks, name }: Page): string {
  const parts = blocks.map(blockText);
  const lines = parts.flatMap((part, index) =>
    // A heading belongs to what follows it.
    index > 0 && blocks[index - 1]?.kind !== "heading" ? ["", part] : [part]
  );
  return [...fill(`${name}: ${about}`, COLUMNS), "", ...lines].join("\n");
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "heading":
      return block.text;
    case "text":
      return fill(block.text, COLUMNS).join("\n");
    case "typed":
    case "shell":
      return typedText(block.lines);
    case "terms":
      return termsText(block.terms);
  }
}

/** In two columns where all of them fit, else the meaning below. */
function typedText(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([line]) => line.length));
  const fits = lines.every(([, about]) => width + about.length + 5 <= COLUMNS);
  return lines.flatMap(([line, about]) =>
    about === ""
      ? [`  ${line}`]
      : fits
      ? [`  ${line.padEnd(width)}   ${about}`]
      : [`  ${line}`, ...hang("      ", about, COLUMNS)]
  ).join("\n");
}

function termsText(terms: readonly (readonly [string, string])[]): string {
  const width = Math.max(...terms.map(([term]) => term.length));
  return terms.flatMap(([term, about]) =>
    width <= TERM_MAX
      ? hang(`  ${term.padEnd(width)}  `, about, COLUMNS)
      : [`  ${term}`, ...hang("      ", about, COLUMNS)]
  ).join("\n");
}

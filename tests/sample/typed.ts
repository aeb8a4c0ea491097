import type { Page } from "../../lib/cli/help/page.ts";
import { overview, PAGE_NAMES, pageFor } from "../../lib/cli/help/pages.ts";

/** What README and the pages of the help, which are the man page's, have a person type. */

const linesOf = ({ blocks }: Page) =>
  blocks.flatMap((block) =>
    block.kind === "typed" ? block.lines.map(([line]) => line) : []
  );

/** Usage names what to put there; its brackets are no words. */
const isUsage = (line: string) => /[[…]/.test(line);

const README = new URL("../../README.md", import.meta.url);

/** In blocks and between backticks. What follows the words, in a block, is set off by more than a blank. */
function inReadme(): string[] {
  const text = Deno.readTextFileSync(README);
  return [
    ...[...text.matchAll(/^ {4}(pgladder .*)$/gm)].map(([, line = ""]) =>
      line.split(/ {3}| \| /)[0] ?? ""
    ),
    ...[...text.matchAll(/`(pgladder [^`]*)`/g)].map(([, line = ""]) =>
      line.replace(/\s+/g, " ")
    ),
  ].map((line) => line.trim());
}

export function typedLines(): string[] {
  const pages = [overview, ...PAGE_NAMES.map(pageFor)].filter((page) =>
    page !== undefined
  );
  const lines = [...pages.flatMap(linesOf), ...inReadme()];
  return [...new Set(lines)].filter((line) => !isUsage(line)).sort();
}

import { duration, safe } from "../../base/format.ts";
import type { Chart, Document, Part } from "./document.ts";

/** For a ticket or a repository: tables as GitHub and GitLab read them. */
export function markdownOf(
  { badge, footer, sections, title }: Document,
): string {
  return [
    `# ${escaped(title)}`,
    "",
    `**${escaped(badge.text)}**`,
    ...sections.flatMap(({ heading, parts }) => [
      "",
      `## ${escaped(heading)}`,
      ...parts.flatMap((part) => ["", ...partLines(part)]),
    ]),
    "",
    escaped(footer),
  ].join("\n");
}

function partLines(part: Part): string[] {
  switch (part.kind) {
    case "text":
      return [escaped(part.text)];
    case "facts":
      return table(["", ""], part.facts, []);
    case "table":
      return table(part.head, part.rows, part.figures ?? []);
    case "chart":
      return chartLines(part.chart);
  }
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  figures: readonly number[],
): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(escaped).join(" | ")} |`;
  const rule = head.map((_, index) => figures.includes(index) ? "--:" : "---");
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)];
}

/** What a picture shows, in words: no ticket system draws it. */
function chartLines({ bars, downtimes }: Chart): string[] {
  return [
    ...table(
      ["step", "from", "took"],
      bars.map(({ from, name, words }) => [name, `+${duration(from)}`, words]),
      [1],
    ),
    ...downtimes.flatMap(({ from, to }) => [
      "",
      escaped(
        `Downtime from +${duration(from)} to +${duration(to)}: ${
          duration(to - from)
        }.`,
      ),
    ]),
  ];
}

/** No word of it is markup, and none begins a line or ends a cell. */
export function escaped(text: string): string {
  return safe(text).replace(/[\r\n]+/g, " ").trim()
    .replace(/[\\`*_{}\[\]<>#|~&$@]/g, (char) => `\\${char}`)
    .replace(/^([-+]|\d+[.)])(?=\s)/, "\\$1");
}

import { safe } from "../../base/format.ts";
import { chartSvg } from "./chart.ts";
import type { Document, Part, Section } from "./document.ts";
import { STYLE } from "./style.ts";

/** Characters that are not broken into lines. */
const SHORT = 22;

/**
 * One file that needs nothing beside it: no script, no network, no font. Every
 * word in it is escaped; a reader's browser is told to load nothing at all.
 */
export function htmlOf({ badge, footer, sections, title }: Document): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="pgladder report">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>
${STYLE}
</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
<p class="badge ${badge.tone}">${escaped(badge.text)}</p>
</header>
${sections.map(sectionHtml).join("\n")}
<footer>${escaped(footer)}</footer>
</main>
</body>
</html>`;
}

function sectionHtml({ heading, parts }: Section): string {
  return `<section>
<h2>${escaped(heading)}</h2>
${parts.map(partHtml).join("\n")}
</section>`;
}

function partHtml(part: Part): string {
  switch (part.kind) {
    case "text":
      return `<p>${escaped(part.text)}</p>`;
    case "facts":
      return `<dl>
${
        part.facts.map(([name = "", value = ""]) =>
          `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`
        ).join("\n")
      }
</dl>`;
    case "chart":
      return `<figure>${chartSvg(part.chart, escaped)}</figure>`;
    case "table":
      return tableHtml(part);
  }
}

function tableHtml(
  { figures = [], head, rows }: Extract<Part, { kind: "table" }>,
): string {
  const classOf = (index: number, cell: string) =>
    figures.includes(index)
      ? ' class="figure"'
      : cell.length <= SHORT
      ? ' class="short"'
      : "";
  const cells = (tag: "td" | "th", row: readonly string[]) =>
    row.map((cell, index) =>
      `<${tag}${classOf(index, cell)}>${escaped(cell)}</${tag}>`
    ).join("");
  return `<div class="wide"><table>
<thead><tr>${cells("th", head)}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n")}
</tbody>
</table></div>`;
}

/** Foreign text made harmless, in an attribute as well. */
export function escaped(text: string): string {
  return safe(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

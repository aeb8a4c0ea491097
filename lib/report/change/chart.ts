import { duration } from "../../base/format.ts";
import type { Bar, Chart } from "./document.ts";

/** Bars over time as a picture, in units of which the page's width has 1000. */

const WIDTH = 1000;
/** Where the bars begin and end: names to the left, words to the right. */
const LEFT = 150;
const RIGHT = 840;
const ROW = 26;
const TOP = 26;
/** What took no time is seen all the same. */
const BAR_MIN = 3;

export function chartSvg(
  { bars, downtimes, label, span }: Chart,
  escaped: (text: string) => string,
): string {
  const height = TOP + bars.length * ROW + 6;
  const x = (ms: number) => round(LEFT + (RIGHT - LEFT) * ms / span);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * span);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${
      escaped(`${label}: ${bars.map(spoken).join("; ")}`)
    }">`,
    ...downtimes.map(({ from, to }) =>
      `<rect class="down" x="${x(from)}" y="${TOP - 4}" width="${
        round(x(to) - x(from))
      }" height="${bars.length * ROW + 4}"/>`
    ),
    ...ticks.flatMap((ms) => [
      `<line class="grid" x1="${x(ms)}" y1="${TOP - 4}" x2="${
        x(ms)
      }" y2="${height}"/>`,
      `<text class="faint" x="${x(ms)}" y="15" text-anchor="middle">${
        escaped(duration(ms))
      }</text>`,
    ]),
    ...bars.flatMap((bar, index) =>
      row(bar, TOP + index * ROW, x).map(([before, words, after]) =>
        `${before}${escaped(words)}${after}`
      )
    ),
    ...(downtimes.length === 0
      ? []
      : [`<text class="faint" x="0" y="15">shaded: downtime</text>`]),
    "</svg>",
  ].join("\n");
}

function row(
  { from, name, to, tone, words }: Bar,
  y: number,
  x: (ms: number) => number,
): [string, string, string][] {
  const width = Math.max(BAR_MIN, round(x(to) - x(from)));
  return [
    [`<text x="0" y="${y + 15}">`, name, "</text>"],
    [
      `<rect class="bar ${tone}" x="${x(from)}" y="${
        y + 3
      }" width="${width}" height="${ROW - 10}" rx="2"/>`,
      "",
      "",
    ],
    [`<text class="faint" x="${RIGHT + 14}" y="${y + 15}">`, words, "</text>"],
  ];
}

const spoken = ({ name, words }: Bar) => `${name} ${words}`;

const round = (value: number) => Math.round(value * 10) / 10;

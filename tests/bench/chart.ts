import { type Disk, WAYS } from "./case.ts";
import type { Measured } from "./measured.ts";
import { seconds, size } from "./table.ts";

/** Downtime over size as a picture, both axes logarithmic. */

const WIDTH = 860;
const HEIGHT = 380;
const PANEL = { width: 320, height: 260, top: 50 };
const LEFTS: Readonly<Record<Disk, number>> = { xfs: 70, ext4: 450 };
const TITLES: Readonly<Record<Disk, string>> = {
  xfs: "XFS (clones by reflink)",
  ext4: "ext4 (copies)",
};

/** Told apart by shade and by dash, also without colours. */
const LINES: Readonly<Record<string, string>> = {
  runbook: "",
  dump: "8 3",
  "pg_upgrade": "",
  link: "2 3",
};

const STYLE = `
  text { font: 12px sans-serif; fill: #1f2328; }
  .faint { fill: #59636e; }
  .grid { stroke: #d1d9e0; }
  .line { fill: none; stroke-width: 2.5; }
  .runbook { stroke: #bc4c00; fill: #bc4c00; }
  .dump { stroke: #0969da; fill: #0969da; }
  .pg_upgrade { stroke: #1a7f37; fill: #1a7f37; }
  .link { stroke: #59636e; fill: #59636e; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .faint { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .runbook { stroke: #f0883e; fill: #f0883e; }
    .dump { stroke: #58a6ff; fill: #58a6ff; }
    .pg_upgrade { stroke: #3fb950; fill: #3fb950; }
    .link { stroke: #9198a1; fill: #9198a1; }
  }
  .line { fill: none; }
`;

export function chartOf(measured: readonly Measured[]): string {
  const shown = measured.filter(({ way }) => way.id in LINES);
  const disks = (["xfs", "ext4"] as const).filter((disk) =>
    shown.some((it) => it.disk === disk)
  );
  const x = scale(shown.map(({ bytes }) => bytes), 0, PANEL.width);
  const y = scale(shown.map(({ downtimeMs }) => downtimeMs), PANEL.height, 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Downtime over the size of the data, for each way and file system">`,
    `<style>${STYLE}</style>`,
    ...disks.flatMap((disk) =>
      panel(disk, shown.filter((it) => it.disk === disk), { x, y })
    ),
    `<text x="16" y="${
      PANEL.top + PANEL.height / 2
    }" text-anchor="middle" transform="rotate(-90 16 ${
      PANEL.top + PANEL.height / 2
    })">downtime, log scale</text>`,
    ...legend(),
    "</svg>",
    "",
  ].join("\n");
}

interface Scale {
  readonly place: (value: number) => number;
  readonly low: number;
  readonly high: number;
}

/** With some room at both ends. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.min(...values) / 1.3;
  const high = Math.max(...values) * 1.3;
  const part = (value: number) => Math.log(value / low) / Math.log(high / low);
  return {
    low,
    high,
    place: (value) => round(from + (to - from) * part(value)),
  };
}

function panel(
  disk: Disk,
  points: readonly Measured[],
  { x, y }: { x: Scale; y: Scale },
): string[] {
  const left = LEFTS[disk];
  const bottom = PANEL.top + PANEL.height;
  const sizes = [...new Map(points.map((it) => [it.mib, it.bytes])).values()];
  return [
    `<text x="${left}" y="${PANEL.top - 16}">${TITLES[disk]}</text>`,
    ...ticks(y).flatMap((ms) => {
      const at = PANEL.top + y.place(ms);
      return [
        `<line class="grid" x1="${left}" y1="${at}" x2="${
          left + PANEL.width
        }" y2="${at}"/>`,
        `<text class="faint" x="${left - 6}" y="${at + 4}" text-anchor="end">${
          ms / 1000
        } s</text>`,
      ];
    }),
    ...sizes.flatMap((bytes) => {
      const at = left + x.place(bytes);
      return [
        `<line class="grid" x1="${at}" y1="${PANEL.top}" x2="${at}" y2="${bottom}"/>`,
        `<text class="faint" x="${at}" y="${
          bottom + 16
        }" text-anchor="middle">${size(bytes)}</text>`,
      ];
    }),
    `<text x="${left + PANEL.width / 2}" y="${
      bottom + 34
    }" text-anchor="middle">data directory, log scale</text>`,
    ...Object.keys(LINES).flatMap((id) =>
      curve(
        id,
        points.filter(({ way }) => way.id === id),
        (
          it,
        ) => [
          round(left + x.place(it.bytes)),
          round(PANEL.top + y.place(it.downtimeMs)),
        ],
      )
    ),
  ];
}

function curve(
  id: string,
  points: readonly Measured[],
  place: (point: Measured) => readonly [number, number],
): string[] {
  const sorted = points.toSorted((one, other) => one.bytes - other.bytes);
  const places = sorted.map((it) => ({ it, at: place(it) }));
  if (places.length === 0) return [];
  return [
    `<polyline class="line ${id}" stroke-dasharray="${LINES[id]}" points="${
      places.map(({ at }) => at.join(",")).join(" ")
    }"/>`,
    ...places.map(({ it, at: [cx, cy] }) =>
      `<circle class="${id}" cx="${cx}" cy="${cy}" r="3.5"><title>${it.way.name}, ${
        size(it.bytes)
      }: ${seconds(it.downtimeMs)}</title></circle>`
    ),
  ];
}

function legend(): string[] {
  const y = HEIGHT - 8;
  return WAYS.filter(({ id }) => id in LINES).flatMap(({ id, name }, at) => {
    const left = 70 + at * 190;
    return [
      `<line class="line ${id}" stroke-dasharray="${
        LINES[id]
      }" x1="${left}" y1="${y - 4}" x2="${left + 28}" y2="${y - 4}"/>`,
      `<text x="${left + 34}" y="${y}">${name}</text>`,
    ];
  });
}

/** 1, 2 and 5 of each power of ten, in milliseconds. */
function ticks({ low, high }: Scale): number[] {
  const all = [1, 10, 100].flatMap((power) =>
    [1, 2, 5].map((digit) => digit * power * 1000)
  );
  return all.filter((ms) => ms >= low && ms <= high);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

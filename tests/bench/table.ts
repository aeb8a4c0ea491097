import type { Measured } from "./measured.ts";

/** What was measured, as a table in markdown. */
export function tableOf(
  measured: readonly Measured[],
  notes: readonly string[],
): string {
  const rows = measured.toSorted((one, other) =>
    one.mib - other.mib || other.disk.localeCompare(one.disk) ||
    one.downtimeMs - other.downtimeMs
  );
  const lines = rows.map((row) => {
    const runbook = runbookOf(measured, row);
    return [
      size(row.bytes),
      row.disk === "xfs" ? "XFS" : row.disk,
      row.way.name,
      seconds(row.downtimeMs),
      runbook === undefined ? "" : (row.downtimeMs / runbook).toFixed(2),
      seconds(row.totalMs),
      size(row.peakDiskBytes),
      row.peakMemoryBytes === undefined ? "" : size(row.peakMemoryBytes),
    ];
  });
  const head = [
    "data",
    "file system",
    "way",
    "downtime",
    "of the runbook's",
    "in all",
    "disk, at most",
    "pgladder's memory",
  ];
  return [
    ...aligned([head, ...lines]),
    "",
    ...notes.map((note) => `- ${note}`),
    "",
  ].join("\n");
}

function runbookOf(
  measured: readonly Measured[],
  { disk, mib }: Measured,
): number | undefined {
  return measured.find((other) =>
    other.way.id === "runbook" && other.disk === disk && other.mib === mib
  )?.downtimeMs;
}

/** As `deno fmt` has it. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...rest] = rows;
  const widths = head.map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...rest.map(line)];
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** In GB from one on, so that a table can be read at a glance. */
export function size(bytes: number): string {
  const mib = bytes / 1024 / 1024;
  return mib < 1000
    ? `${Math.round(mib)} MiB`
    : `${(mib / 1024).toFixed(1)} GiB`;
}

/** What was to be shown, and whether it was. */
export function verdicts(measured: readonly Measured[]): string[] {
  const find = (id: string, disk: string, mib: number) =>
    measured.find((it) =>
      it.way.id === id && it.disk === disk && it.mib === mib
    )?.downtimeMs;
  const sizes = [...new Set(measured.map(({ mib }) => mib))].toSorted(
    (one, other) => one - other,
  );
  const middle = sizes.find((mib) => mib > 1000) ?? sizes.at(-1) ?? 0;
  const ratio = (
    words: string,
    top: number | undefined,
    bottom: number | undefined,
    limit: number,
  ) =>
    top === undefined || bottom === undefined ? [] : [
      `${words}: ${(top / bottom).toFixed(2)}, wanted at most ${limit}${
        top / bottom <= limit ? "" : " (missed)"
      }`,
    ];
  const of = (id: string, disk: string) => find(id, disk, middle);
  return [
    ...ratio(
      "XFS, pg_upgrade to the runbook",
      of("pg_upgrade", "xfs"),
      of("runbook", "xfs"),
      0.2,
    ),
    ...ratio(
      "XFS, pg_upgrade to a bare one with --link",
      of("pg_upgrade", "xfs"),
      of("link", "xfs"),
      1.5,
    ),
    ...ratio(
      "XFS, pg_upgrade at the largest size to the smallest",
      find("pg_upgrade", "xfs", sizes.at(-1) ?? 0),
      find("pg_upgrade", "xfs", sizes[0] ?? 0),
      2,
    ),
    ...ratio(
      "ext4, pg_upgrade to the runbook",
      of("pg_upgrade", "ext4"),
      of("runbook", "ext4"),
      0.5,
    ),
    ...ratio(
      "XFS, dump to the runbook",
      of("dump", "xfs"),
      of("runbook", "xfs"),
      0.6,
    ),
    ...ratio(
      "ext4, dump to the runbook",
      of("dump", "ext4"),
      of("runbook", "ext4"),
      0.6,
    ),
  ];
}

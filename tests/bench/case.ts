/** What is compared, and where. */

export type Disk = "xfs" | "ext4";

export interface Way {
  readonly id: string;
  readonly name: string;
  /** In the host; a word "VOLUME" stands for the volume's path. */
  readonly words: readonly string[];
  /** Data directories up to so many MiB; none where nothing is said. */
  readonly upToMib?: number;
  readonly disks?: readonly Disk[];
  /** SQL for the old server, before anything is measured. */
  readonly before?: string;
}

const script = (name: string, ...words: string[]) => [
  "bash",
  `/usr/local/lib/bench/${name}.sh`,
  "VOLUME",
  ...words,
];

const ladder = (method: string) => [
  ...["pgladder", "upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  ...["--method", method],
];

/** What the table's targets are about comes first. */
export const WAYS: readonly Way[] = [
  { id: "runbook", name: "the runbook by hand", words: script("runbook") },
  {
    id: "pg_upgrade",
    name: "pgladder, pg_upgrade",
    words: ladder("pg_upgrade"),
  },
  { id: "dump", name: "pgladder, dump", words: ladder("dump") },
  {
    id: "link",
    name: "pg_upgrade --link, bare",
    words: script("bare", "--link"),
  },
  {
    id: "copy",
    name: "pg_upgrade --copy, bare",
    words: script("bare", "--copy"),
    upToMib: 2048,
  },
  {
    id: "pgcopydb",
    name: "pgcopydb clone",
    words: script("pgcopydb"),
    upToMib: 2048,
    disks: ["xfs"],
  },
  {
    id: "text",
    name: "pgladder, pg_upgrade, and an index over text to rebuild",
    words: ladder("pg_upgrade"),
    upToMib: 2048,
    disks: ["xfs"],
    before: "CREATE INDEX orders_text ON orders (note); CHECKPOINT",
  },
];

const BESIDE = "pgladder-beside";

/** The same by another build of pgladder, which lies beside this one. */
export const WAYS_BESIDE: readonly Way[] = WAYS
  .filter(({ id }) => id === "dump" || id === "pg_upgrade")
  .map(({ words, ...way }) => ({
    ...way,
    id: `${way.id}-beside`,
    name: `${way.name}, the other build`,
    words: [BESIDE, ...words.slice(1)],
  }));

export interface Case {
  readonly way: Way;
  readonly disk: Disk;
  readonly mib: number;
}

/**
 * Of a size and a disk all ways at once, so that what is compared lies close in
 * time; the largest size comes last, in case time runs out.
 */
export function casesFor(
  sizes: readonly number[],
  disks: readonly Disk[],
  ways: readonly Way[] = WAYS,
): Case[] {
  return sizes.flatMap((mib) =>
    disks.flatMap((disk) => ways.map((way) => ({ way, disk, mib })))
  ).filter(({ way, disk, mib }) =>
    mib <= (way.upToMib ?? Infinity) && (way.disks ?? disks).includes(disk)
  );
}

/** "100M,1536M,6G" in MiB. */
export function sizesIn(text: string): number[] {
  return text.split(",").map((word) => {
    const [, digits, unit] = /^(\d+)([MG])$/.exec(word.trim()) ?? [];
    if (digits === undefined) {
      throw new Error(`Size "${word}" is none, want for example 100M or 6G`);
    }
    return Number(digits) * (unit === "G" ? 1024 : 1);
  });
}

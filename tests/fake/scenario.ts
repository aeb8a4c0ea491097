/** What a host may look like before an upgrade. */
export interface Scenario {
  readonly name: string;
  readonly from: 15 | 17 | 17.8;
  readonly to: 15 | 17 | 18 | 17.8 | 17.9;
  /** What the configuration names, though it cannot read the data. */
  readonly runs?: 17 | 18;
  /** It serves an empty cluster of its own, and the data lie in a volume. */
  readonly lost?: true;
  readonly switch: "unit" | "manual" | "command";
  /** Of a major upgrade; the dump where nothing is said. */
  readonly method?: "pg_upgrade";
  readonly reflink: boolean;
  /** A unit of the host uses the database. */
  readonly application: boolean;
  /** Somebody else uses it over the network. */
  readonly outsider: boolean;
  /** The server takes longer to stop than the container's ten seconds. */
  readonly slowToStop: boolean;
  /** No unit starts the container: the runtime does. */
  readonly alone?: true;
  /** The data are in a named volume. */
  readonly named?: true;
  /** Containers of the same project write, one of them by way of the other. */
  readonly clients?: true;
  /** The volume's own name cannot move: a file system is mounted there. */
  readonly mounted?: true;
  /** Its unit's command is a program that says nothing of what it runs. */
  readonly unread?: true;
  /** What its text is sorted by; 17.8 has another C library than the others. */
  readonly order?: "2.36";
  /** A unique index has let rows in that another order told apart. */
  readonly duplicates?: true;
}

const USED = {
  reflink: false,
  application: true,
  outsider: true,
  slowToStop: false,
} as const;
const SORTED = { ...USED, to: 17.8, switch: "unit", order: "2.36" } as const;
const MOUNTED = { ...USED, mounted: true } as const;

const UNSERVED = {
  from: 15,
  runs: 17,
  outsider: true,
  slowToStop: false,
} as const;

/** Where a volume lies that no container has. */
export const LOST_DATA = "/srv/volumes/lost/_data";

/** Nobody writes: there are two clusters, and a row is one's or the other's. */
const LOST = {
  from: 17,
  runs: 18,
  to: 18,
  lost: true,
  application: false,
  outsider: false,
  slowToStop: false,
} as const;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "plain",
    from: 15,
    to: 17,
    switch: "unit",
    reflink: false,
    application: true,
    outsider: false,
    slowToStop: false,
  },
  {
    ...USED,
    name: "clone, 18, command",
    from: 17,
    to: 18,
    switch: "command",
    reflink: true,
  },
  {
    ...USED,
    name: "manual, slow to stop",
    from: 15,
    to: 17,
    switch: "manual",
    slowToStop: true,
  },
  {
    name: "18 by its unit file",
    from: 17,
    to: 18,
    switch: "unit",
    reflink: false,
    application: false,
    outsider: true,
    slowToStop: false,
  },
  {
    ...USED,
    name: "pg_upgrade to 18",
    from: 17,
    to: 18,
    switch: "unit",
    method: "pg_upgrade",
    reflink: true,
  },
  { ...USED, name: "minor", from: 17, to: 17.9, switch: "unit" },
  {
    name: "no unit, 18 by hand",
    from: 17,
    to: 18,
    switch: "manual",
    reflink: true,
    application: false,
    outsider: true,
    slowToStop: false,
    alone: true,
  },
  {
    ...USED,
    name: "a named volume, 18",
    from: 17,
    to: 18,
    switch: "unit",
    reflink: true,
    named: true,
  },
  {
    name: "a project of containers, 17 by a command",
    from: 15,
    to: 17,
    switch: "command",
    reflink: true,
    application: false,
    outsider: true,
    slowToStop: false,
    alone: true,
    clients: true,
  },
  {
    name: "17 on data of 15, which serve again",
    from: 15,
    runs: 17,
    to: 15,
    switch: "unit",
    reflink: false,
    application: false,
    outsider: true,
    slowToStop: false,
  },
  {
    name: "no unit, 17 on data of 15, by a command",
    from: 15,
    runs: 17,
    to: 15,
    switch: "command",
    reflink: false,
    application: false,
    outsider: true,
    slowToStop: false,
    alone: true,
  },
  { ...MOUNTED, name: "a mount point", from: 15, to: 17, switch: "unit" },
  {
    ...MOUNTED,
    name: "a mount point, pg_upgrade, 18",
    from: 17,
    to: 18,
    switch: "command",
    method: "pg_upgrade",
    reflink: true,
  },
  {
    ...USED,
    name: "18 by hand, a unit that nobody can read",
    from: 17,
    to: 18,
    switch: "manual",
    unread: true,
  },
  {
    ...USED,
    name: "17 by a command, a unit that nobody can read",
    from: 15,
    to: 17,
    switch: "command",
    unread: true,
  },
  {
    ...UNSERVED,
    name: "17 on data of 15, which are upgraded",
    to: 17,
    switch: "unit",
    reflink: true,
    application: true,
  },
  {
    ...UNSERVED,
    name: "no unit, 17 on data of 15, upgraded to 18",
    to: 18,
    switch: "manual",
    reflink: false,
    application: false,
    alone: true,
  },
  {
    ...UNSERVED,
    name: "a mount point, 17 on data of 15, by pg_upgrade",
    to: 17,
    switch: "unit",
    method: "pg_upgrade",
    reflink: false,
    application: true,
    mounted: true,
  },
  {
    ...UNSERVED,
    name: "17 on data of 15, upgraded to 18 by the unit's file",
    to: 18,
    switch: "unit",
    reflink: false,
    application: true,
  },
  {
    ...UNSERVED,
    name: "17 on data of 15, upgraded to 18 by a command",
    to: 18,
    switch: "command",
    reflink: true,
    application: true,
  },
  {
    ...LOST,
    name: "18 serves empty, 17 lies in a volume",
    switch: "unit",
    reflink: true,
  },
  {
    ...LOST,
    name: "no unit, 18 serves empty, 17 lies in a volume, by pg_upgrade",
    switch: "manual",
    method: "pg_upgrade",
    reflink: false,
    alone: true,
  },
  { ...SORTED, name: "minor, another C library", from: 17 },
  {
    ...SORTED,
    name: "minor, another C library, by hand, duplicates",
    from: 17,
    switch: "manual",
    duplicates: true,
  },
  { ...SORTED, name: "sorted by another C library already", from: 17.8 },
];

/**
 * What of the small host is not on the disk under test: plain data, so that it
 * can be kept beside a cut of that disk, or in a file that outlives a process.
 */
export interface HostState {
  boot: number;
  /** Ticks since ever: the clock. */
  time: number;
  /** The next container, cluster and row. */
  next: number;
  /** Versions: 17 is 17.4, and 17.9 the same with a newer minor. */
  readonly from: number;
  readonly to: number;
  /** Of a major upgrade; the dump where nothing is said. */
  readonly method?: "pg_upgrade";
  readonly reflink: boolean;
  readonly fileSystem: { type: string; uuid: string };
  /** Image names and the versions behind them. */
  images: Record<string, number>;
  containers: ContainerState[];
  units: UnitState[];
  /** Rows that were acknowledged to the application, with their clusters. */
  acknowledged: { row: number; system: string }[];
  /** Rows that a person agreed to lose. */
  given: number[];
  /** A person agreed to a loss in this life. */
  consent: boolean;
  /** Checksums of what each job has left when it said that it did well. */
  products: Record<string, Record<string, string>>;
  /** What must never happen, and did. */
  violations: string[];
}

export interface ContainerState {
  readonly name: string;
  readonly id: string;
  readonly pid: number;
  readonly image: string;
  readonly version: number;
  /** By inode: a bind mount stays with what was bound, whatever its name. */
  readonly mounts: readonly {
    source: string;
    mountPath: string;
    inode: string;
  }[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  running: boolean;
  /** Of a job: how far it is. */
  phase: number;
  /** Rows that the application has written to this server. */
  rows: number;
}

export interface UnitState {
  readonly name: string;
  readonly kind: "database" | "application" | "timer";
  active: "active" | "inactive" | "failed";
  /** As loaded. */
  text: string;
  hold: string | undefined;
}

/** The first state, with nothing loaded yet. */
export function newState(
  given: Pick<
    HostState,
    "from" | "to" | "method" | "reflink" | "fileSystem"
  >,
): HostState {
  return {
    ...given,
    boot: 1,
    time: 1,
    next: 1,
    images: {
      [referenceOf(given.from)]: given.from,
      [referenceOf(given.to)]: given.to,
    },
    containers: [],
    units: [],
    acknowledged: [],
    given: [],
    consent: false,
    products: {},
    violations: [],
  };
}

export const referenceOf = (major: number) =>
  `docker.io/library/postgres:${major}`;

/** The image's identifier, from its version, and back. */
export const imageIdOf = (version: number) =>
  String(Math.round(version * 10)).padStart(64, "0");
export const versionOfImage = (id: string) => Number(id) / 10;

const PLAIN_MINOR = ".4";

/** As a server and its programs tell it. */
export const fullVersion = (version: number) =>
  `${version}${Number.isInteger(version) ? PLAIN_MINOR : ""}`;

/** The data stay where they are. */
export const isMinor = (
  { from, to }: Pick<HostState, "from" | "to">,
): boolean => Math.floor(from) === Math.floor(to);

const HOME = "/var/lib/postgresql";

/** Where an image has its data, and where it wants the volume. */
export const pgdataOf = (major: number) =>
  major >= 18 ? `${HOME}/${major}/docker` : `${HOME}/data`;
export const innerOf = (major: number) => major >= 18 ? HOME : `${HOME}/data`;
/** The data directory below the volume's root. */
export const placeOf = (major: number) =>
  pgdataOf(major).slice(innerOf(major).length);

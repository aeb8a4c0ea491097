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
  readonly from: number;
  readonly to: number;
  readonly reflink: boolean;
  readonly fileSystem: { type: string; uuid: string };
  /** Image names and the major versions behind them. */
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
  readonly major: number;
  /** By inode: a bind mount stays with what was bound, whatever its name. */
  readonly mounts: readonly {
    source: string;
    inner: string;
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
  given: Pick<HostState, "from" | "to" | "reflink" | "fileSystem">,
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

/** The image's identifier, from its major version. */
export const imageIdOf = (major: number) => String(major).padStart(64, "0");

const HOME = "/var/lib/postgresql";

/** Where an image has its data, and where it wants the volume. */
export const pgdataOf = (major: number) =>
  major >= 18 ? `${HOME}/${major}/docker` : `${HOME}/data`;
export const innerOf = (major: number) => major >= 18 ? HOME : `${HOME}/data`;
/** The data directory below the volume's root. */
export const placeOf = (major: number) =>
  pgdataOf(major).slice(innerOf(major).length);

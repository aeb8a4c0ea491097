/** Clusters at rest, read from their files without starting anything. */
export interface Clusters {
  /** Undefined where there is no cluster. */
  look(dataDirectory: string): Promise<Cluster | undefined>;
  /** sha256 over the configuration files below the data directory. */
  configuration(dataDirectory: string): Promise<string>;
}

export interface Cluster {
  /** The first line of PG_VERSION; a placeholder's is a sentence. */
  readonly version: string;
  /** Undefined where global/pg_control is missing or unknown. */
  readonly control: ControlFile | undefined;
  /**
   * What a server last said of itself in postmaster.pid, such as "starting" or
   * "ready"; "" where none has, or before version 10.
   */
  readonly server: string;
}

/** The first fields of pg_control; strings, since they have 64 bits. */
export interface ControlFile {
  readonly systemIdentifier: string;
  readonly state:
    | "starting up"
    | "shut down"
    | "shut down in recovery"
    | "shutting down"
    | "in crash recovery"
    | "in archive recovery"
    | "in production"
    | "unknown";
  /** The latest checkpoint's location, as "0/1A2B3C4D". */
  readonly checkpoint: string;
  /** The next transaction's identifier with its epoch, as one number. */
  readonly nextXid: string;
  /** When a server last wrote the file, in seconds since 1970. */
  readonly written?: number;
  /** sha256 of the whole file: differs if any part of it does. */
  readonly sha256: string;
}

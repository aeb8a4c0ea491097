/** systemd, as far as an upgrade needs it; or what does its jobs without it. */
export interface Units {
  /** No systemd runs the host: none of its units is ever there. */
  readonly absent?: true;
  /** One entry for each name that systemd knows. */
  show(units: readonly string[]): Promise<ReadonlyMap<string, Unit>>;
  /**
   * The words of each `ExecStart=` line, as systemd has loaded it; none where
   * there is no such service.
   */
  commands(unit: string): Promise<readonly (readonly string[])[]>;
  /** What its commands have in their environment, as systemd has loaded it. */
  environment(unit: string): Promise<UnitEnvironment>;
  /** In one transaction, so that systemd orders them itself. */
  start(units: readonly string[]): Promise<void>;
  /** Returns when they are stopped; one that is not loaded is no error. */
  stop(units: readonly string[]): Promise<void>;
  resetFailed(units: readonly string[]): Promise<void>;
  reload(): Promise<void>;
  /** Writes the drop-ins, durably, and has systemd load them all at once. */
  blockStart(holds: readonly StartBlock[]): Promise<void>;
  /**
   * Removes the drop-ins, durably, and has systemd forget them: at once, or
   * with the reload that the caller asks for `later` for other reasons.
   */
  unblockStart(
    units: readonly string[],
    how?: { later: boolean },
  ): Promise<void>;
  /** Also of a unit that systemd does not know. */
  blockState(unit: string): Promise<BlockState>;
  /**
   * Starts a transient unit that lives on without pgladder; without systemd a
   * session of its own.
   */
  run(job: UnitJob): Promise<void>;
  /** Stops the transient unit and forgets it. */
  remove(unit: string): Promise<void>;
}

/** "blocked": the drop-in is on the disk and systemd has loaded it; "free": none is. */
export type BlockState = "blocked" | "partly" | "free";

export interface Unit {
  readonly name: string;
  readonly loaded: boolean;
  readonly active:
    | "active"
    | "activating"
    | "reloading"
    | "deactivating"
    | "inactive"
    | "failed";
  readonly sub: string;
  readonly fragment: string;
  /** SourcePath=: what a generator made it of; "" or undefined: nothing. */
  readonly source?: string;
  readonly dropIns: readonly string[];
  /** WorkingDirectory=, without specifiers; "" or undefined: the root. */
  readonly directory?: string;
  /** Its control group, below the root of all; "" or undefined: it has none. */
  readonly group?: string;
  /** 0 or undefined: none runs. */
  readonly mainPid?: number;
  readonly block: BlockState;
  readonly restarts: number;
  readonly result: string;
  /** Type=oneshot: it may rightly be inactive once it has done its work. */
  readonly oneshot: boolean;
  /** Units that require, want or are bound to this one. */
  readonly dependants: readonly string[];
  /** Timers, sockets and paths that start this one. */
  readonly triggers: readonly string[];
}

export interface UnitEnvironment {
  /** Environment= */
  readonly variables: Readonly<Record<string, string>>;
  /** EnvironmentFile=, which count for more than the variables. */
  readonly files: readonly string[];
}

export interface StartBlock {
  readonly unit: string;
  /** "assert": starting fails and says why; "condition": it is skipped. */
  readonly kind: "assert" | "condition";
  /** A path that never exists and whose name says what to do. */
  readonly path: string;
  /** Lines for the drop-in's [Service] section. */
  readonly service?: readonly string[];
}

export interface UnitJob {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A file for what it prints, where no journal of systemd's takes it. */
  readonly log?: string;
}

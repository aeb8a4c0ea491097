import { PortError } from "../port/ports.ts";
import type {
  BlockState,
  StartBlock,
  Unit,
  UnitEnvironment,
  UnitJob,
  Units,
} from "../port/units.ts";
import { SessionJob } from "./session_job.ts";

/**
 * A host that no systemd runs: it has no unit, so that none can be started or
 * blocked. Jobs are sessions of their own.
 */
export class NoSystemd implements Units {
  readonly absent = true;

  /** @param directory what is in it need not outlive the boot */
  constructor(
    readonly directory = "/run",
    /** How long a job may take to end when it is told, in milliseconds. */
    readonly patienceMs?: number,
  ) {}

  /** Of jobs alone. */
  show(units: readonly string[]): Promise<ReadonlyMap<string, Unit>> {
    const shown = new Map<string, Unit>();
    for (const name of units) {
      const active = this.#job(name)?.look();
      if (active !== undefined) shown.set(name, unitOf(name, active));
    }
    return Promise.resolve(shown);
  }

  commands(): Promise<readonly (readonly string[])[]> {
    return Promise.resolve([]);
  }

  environment(): Promise<UnitEnvironment> {
    return Promise.resolve({ variables: {}, files: [] });
  }

  start(units: readonly string[]): Promise<void> {
    return refuseAny(units, "started");
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  resetFailed(): Promise<void> {
    return Promise.resolve();
  }

  reload(): Promise<void> {
    return Promise.resolve();
  }

  blockStart(holds: readonly StartBlock[]): Promise<void> {
    return refuseAny(holds.map(({ unit }) => unit), "blocked");
  }

  unblockStart(): Promise<void> {
    return Promise.resolve();
  }

  blockState(): Promise<BlockState> {
    return Promise.resolve("free");
  }

  async run(job: UnitJob): Promise<void> {
    await new SessionJob(job.name, this.directory).begin(job);
  }

  async remove(unit: string): Promise<void> {
    await this.#job(unit)?.remove();
  }

  /** Whatever could be a path is the name of no job. */
  #job(unit: string): SessionJob | undefined {
    return /^[\w@-][\w.@-]*$/.test(unit)
      ? new SessionJob(unit, this.directory, this.patienceMs)
      : undefined;
  }
}

/** A run that was begun with systemd cannot go on here. */
function refuseAny(units: readonly string[], what: string): Promise<void> {
  const [unit] = units;
  return unit === undefined ? Promise.resolve() : Promise.reject(
    new PortError(
      `No systemd runs this host, so ${unit} cannot be ${what}`,
    ),
  );
}

function unitOf(name: string, active: "active" | "failed"): Unit {
  return {
    name,
    loaded: true,
    active,
    sub: active === "active" ? "running" : "failed",
    fragment: "",
    dropIns: [],
    block: "free",
    restarts: 0,
    result: active === "active" ? "success" : "exit-code",
    oneshot: false,
    dependants: [],
    triggers: [],
  };
}

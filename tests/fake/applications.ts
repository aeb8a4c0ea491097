import { baseOf, insert } from "./cluster.ts";
import { libcOf } from "./libc.ts";
import type { FakeContainer } from "./runtime.ts";
import type { World } from "./world.ts";

/**
 * Applications: they read and write whenever something serves them, and
 * remember every row that was acknowledged to them.
 */
export interface Application {
  readonly name: string;
  /** Connects only while this unit is active; undefined: from elsewhere. */
  readonly unit: string | undefined;
  /** Or while this container runs. */
  readonly container?: string;
}

/** Rows that one application writes to one server, and in all. */
const ROWS_PER_SERVER = 2;
const ROWS_MAX = 60;

export class Applications {
  readonly all: Application[] = [];
  /** Every row that was acknowledged and that nobody agreed to lose. */
  acknowledged: readonly number[] = [];
  /** Rows that a person agreed to lose. */
  given: readonly number[] = [];
  next = 1;
  /** Which container each wrote to last, and how often. */
  sessions = new Map<string, { id: string; rows: number }>();

  constructor(readonly world: World) {}

  /** One tick of the host. */
  step() {
    const container = this.world.runtime.find(this.world.container);
    if (container?.process?.kind !== "server") return;
    if (container.process.phase !== "ready") return;
    for (const application of this.all) {
      const { container: own, unit } = application;
      const { runtime, systemd } = this.world;
      const runs = own === undefined ||
        runtime.find(own)?.process !== undefined;
      const up = runs && (unit === undefined ||
        systemd.units.get(unit)?.active === "active");
      if (up) this.#use(application, container);
    }
  }

  #use(application: Application, container: FakeContainer) {
    const { process } = container;
    if (process?.kind !== "server" || process.data === undefined) return;
    const rows = baseOf(process.data)?.rows ?? [];
    const missing = this.acknowledged.filter((row) => !rows.includes(row));
    if (missing.length > 0) {
      this.world.violated(
        "I3",
        `${application.name} is served ${
          rows.length === 0 ? "an empty" : "an older"
        } cluster: ${missing.length} rows are missing`,
      );
    }
    const session = this.sessions.get(application.name);
    const written = session?.id === container.id ? session.rows : 0;
    if (written >= ROWS_PER_SERVER || this.next > ROWS_MAX) return;
    this.sessions.set(application.name, {
      id: container.id,
      rows: written + 1,
    });
    const { disk } = this.world;
    const row = [this.acknowledge()];
    insert(disk, process.data, row, true, libcOf(this.world, container));
  }

  /** The next row's number; whoever asks must have written it. */
  acknowledge(): number {
    const row = this.next++;
    this.acknowledged = [...this.acknowledged, row];
    return row;
  }

  /** A person agreed to lose these. */
  giveUp(rows: readonly number[]) {
    this.given = [
      ...this.given,
      ...rows.filter((row) => this.acknowledged.includes(row)),
    ];
    this.acknowledged = this.acknowledged.filter((row) => !rows.includes(row));
  }

  /** And thought better of it. */
  takeBack() {
    this.acknowledged = [...this.acknowledged, ...this.given];
    this.given = [];
  }
}

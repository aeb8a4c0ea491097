import { stepAlone } from "./unmanaged.ts";
import { Applications } from "./applications.ts";
import { configureDatabase, type Line } from "./database_unit.ts";
import { PortError } from "../../lib/port/ports.ts";
import { type FakeDirectory, FakeDisk } from "./disk.ts";
import { type Failed, failedBy, type Job, stepJob } from "./job.ts";
import { type FakeContainer, FakeRuntime } from "./runtime.ts";
import { stepServer } from "./server.ts";
import { FakeSystemd } from "./systemd.ts";
import {
  type Change,
  Crash,
  hostError,
  type Obstacle,
  type Trouble,
} from "./trouble.ts";

export interface Capture {
  before(change: Change, tick: number): void;
  after(change: Change, tick: number): void;
}

/** The phase of a sick build that leaves rows out. */
export const LOSES = 99;

/** Ticks of the host in one life of the process; more is an endless wait. */
const LIFE_TICKS_MAX = 30_000;

/**
 * A host in memory. Every change counts one tick, and trouble can strike at
 * any tick. A process that died stays dead until the next one begins, so no
 * `catch` or `finally` of the code under test can do what a dead one could not.
 */
export class World {
  readonly disk = new FakeDisk();
  readonly runtime = new FakeRuntime(this);
  readonly systemd = new FakeSystemd(this);
  readonly applications = new Applications(this);
  /** The database's. */
  readonly container = "db";
  volume = "/srv/db";
  /** What the names beside it begin with; and of a named one the name. */
  beside = "/srv/db";
  volumeName: string | undefined;
  readonly unit = "podman-db.service";
  canClone = false;
  slowToStop = false;
  /** There are unlogged tables with rows, and rows that a unique index forbids. */
  unlogged = false;
  duplicates = false;
  bootId = "boot-1";
  /** Host ticks since ever: the clock. */
  time = 0;
  /** Changes since ever, and looks since ever. */
  ticks = 0;
  looks = 0;
  troubles: readonly Trouble[] = [];
  blind: ReadonlySet<number> = new Set();
  readonly violations: string[] = [];
  /** The host has failed since somebody asked. */
  troubled = false;
  /** Names of the changes, where somebody wants them. */
  trace: string[] | undefined;
  /** What each change was, where somebody wants to know. */
  changes: Change[] | undefined;
  /** Sees the host around each change, and may save it. */
  capture: Capture | undefined;
  /** Called after every tick of the host and every change. */
  watch: () => void = () => {};
  stopAsked: string | undefined;
  /** Which life holds the journal's lock, and by which open file. */
  lockedBy = 0;
  lockHandle: object | undefined;
  /** Ticks that a job's phase takes; a job that hangs; one that fails. */
  pace = 1;
  stuck: string | undefined;
  sick: Parameters<typeof failedBy>[0] | undefined;
  /** Stands in the way until somebody takes it away. */
  obstacle: Obstacle | undefined;
  /** Another host process holds the journal's lock. */
  lockedElsewhere = false;
  /** Milliseconds by which the wall clock is off. */
  skew = 0;
  #dead = true;
  #life = 0;
  #lifeTicks = 0;
  systems = 1;
  #late: { wait: number; whole: () => void }[] = [];

  /** The process goes on, though its host was put back for it. */
  revive() {
    this.#dead = false;
  }

  /** Nothing is under way that came with a call. */
  calm() {
    this.#late = [];
    this.#dead = true;
  }

  /** A new process begins; it may take the lock. */
  begin(): number {
    this.#dead = false;
    this.stopAsked = undefined;
    this.#lifeTicks = 0;
    return ++this.#life;
  }

  /** It has ended, one way or another. */
  end() {
    this.#dead = true;
  }

  get life(): number {
    return this.#life;
  }

  get dead(): boolean {
    return this.#dead;
  }

  newSystem(): string {
    return `system-${++this.systems}`;
  }

  violated(rule: string, words: string) {
    if (this.violations.length < 5) {
      this.violations.push(`${rule} at change ${this.ticks}: ${words}`);
    }
  }

  /** A look at the host. */
  look<T>(name: string, seen: () => T): T {
    if (this.#dead) throw new Crash();
    const number = this.looks++;
    this.refuse(name);
    if (this.blind.has(number)) {
      this.trace?.push(`look ${number} fails: ${name}`);
      this.troubled = true;
      throw hostError(name, 1);
    }
    return seen();
  }

  /** @throws {PortError} an obstacle stands in its way */
  refuse(name: string) {
    const words = this.obstacle?.refuses(name, this);
    if (words === undefined) return;
    this.trace?.push(`${name}: ${words}`);
    this.troubled = true;
    throw new PortError(`${name}: ${words}`);
  }

  /** A change of the host, with whatever trouble is due. */
  change(change: Change) {
    if (this.#dead) throw new Crash();
    const tick = this.ticks++;
    const due = this.troubles.find((it) => it.tick === tick);
    this.trace?.push(
      `${tick} ${change.name}${due === undefined ? "" : ` — ${due.manner}`}`,
    );
    this.changes?.push(change);
    this.refuse(change.name);
    if (due === undefined) {
      this.capture?.before(change, tick);
      this.#effect(change.whole);
      this.capture?.after(change, tick);
    } else this.#trouble(change, due);
    this.pass(1);
  }

  #trouble(change: Change, { manner, tick }: Trouble) {
    const half = change.half ?? (() => {});
    this.troubled = true;
    switch (manner) {
      case "before":
        return this.#die();
      case "half":
        this.#effect(half);
        return this.#die();
      case "after":
        this.#effect(change.whole);
        return this.#die();
      case "fails":
        throw hostError(change.name, tick);
      case "fails-half":
        this.#effect(half);
        throw hostError(change.name, tick);
      case "fails-after":
        this.#effect(change.whole);
        throw hostError(change.name, tick);
      case "lies":
        return change.honest ? this.#effect(change.whole) : undefined;
      case "slow":
        this.pass(6);
        return this.#effect(change.whole);
      case "late":
        if (!change.late) return this.#effect(change.whole);
        this.#late.push({ wait: 4, whole: change.whole });
        return;
      case "signal":
        this.#effect(change.whole);
        this.stopAsked = "SIGTERM";
        return;
    }
  }

  #effect(whole: () => void) {
    whole();
    this.watch();
  }

  #die(): never {
    this.#dead = true;
    throw new Crash();
  }

  /** The process waits. */
  sleep() {
    if (this.#dead) throw new Crash();
    this.pass(1);
  }

  /** Time passes on the host, with or without our process. */
  pass(ticks: number) {
    for (let tick = 0; tick < ticks; tick++) {
      this.time += 1;
      if (!this.#dead && ++this.#lifeTicks > LIFE_TICKS_MAX) {
        this.violated("I8", "it waits without end");
        this.#die();
      }
      for (const late of this.#late) late.wait -= 1;
      for (const { wait, whole } of this.#late) {
        if (wait === 0) this.#quietly(whole);
      }
      this.#late = this.#late.filter(({ wait }) => wait > 0);
      this.systemd.step();
      stepAlone(this);
      this.#stepContainers();
      this.applications.step();
      this.watch();
    }
  }

  #quietly(whole: () => void) {
    try {
      whole();
    } catch { /* What came too late failed, and nobody is there to be told. */ }
  }

  #stepContainers() {
    for (const container of this.runtime.running()) {
      const { process } = container;
      if (process?.kind === "server") stepServer(this, container, process);
      if (process?.kind === "job" && this.time % this.pace === 0) {
        stepJob(this, container, process);
      }
    }
  }

  /** Once: a build that leaves rows out, and does not know. */
  losesRows({ script }: Job): boolean {
    if (this.sick?.script !== script || this.sick.phase !== LOSES) return false;
    this.sick = undefined;
    return true;
  }

  isStuck(job: Job): boolean {
    return this.stuck === `${job.script} ${job.phase}`;
  }

  /** Once: a job that fails by itself, such as for want of space. */
  sickness(job: Job): Failed | undefined {
    const { obstacle, sick } = this;
    if (obstacle?.jobs !== undefined) return { error: obstacle.jobs };
    if (sick?.script !== job.script || sick.phase !== job.phase) return;
    this.sick = undefined;
    return failedBy(sick);
  }

  /** An entrypoint made a cluster of its own where there was none. */
  initialised(by: FakeContainer) {
    this.violated("I3", `"${by.name}" initialised an empty cluster`);
  }

  /** A server opens a data directory: nobody else may be at work there. */
  opened(data: FakeDirectory, by: FakeContainer) {
    for (const other of this.runtime.running()) {
      const { process } = other;
      if (other === by || process === undefined) continue;
      if (process.kind === "idle" || process.data !== data) continue;
      this.violated("I2", `"${by.name}" and "${other.name}" on one directory`);
    }
  }

  /** The unit's file names something else, or the container is made again. */
  configure(wanted: Partial<Line>) {
    configureDatabase(this, wanted);
  }
}

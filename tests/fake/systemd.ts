import type { StartBlock, Unit } from "../../lib/port/units.ts";
import { PortError } from "../../lib/port/ports.ts";
import { spawnDatabase, stopDatabase } from "./database_unit.ts";
import { showTransient, stepTransient, type Transient } from "./transient.ts";
import type { World } from "./world.ts";

/**
 * systemd in memory: what it has loaded is not what lies on the disk until it
 * is told to look, and a unit about to restart is started whatever blocks it.
 */

export interface FakeUnit {
  readonly name: string;
  readonly kind: "database" | "service" | "oneshot" | "timer";
  readonly fragment: string;
  readonly requires: readonly string[];
  /** multi-user.target or timers.target wants it. */
  readonly wanted: boolean;
  /** As loaded; undefined: there was no file. */
  text: string | undefined;
  /** Our drop-in, as loaded. */
  hold: string | undefined;
  active: Unit["active"];
  sub: string;
  result: string;
  restarts: number;
  /** Toward the start limit. */
  starts: number;
  /** Ticks until what is under way has happened. */
  wait: number;
}

/** The control group of what runs. */
export const groupOf = (unit: string) => `/system.slice/${unit}`;

const PLACE = "/etc/systemd/system.control";
/** Of systemd's own default, five starts in ten seconds. */
const START_LIMIT = 5;

export class FakeSystemd {
  units = new Map<string, FakeUnit>();
  transients = new Map<string, Transient>();
  /** Units whose command is a program that says nothing of what it runs. */
  readonly hidden = new Set<string>();

  constructor(readonly world: World) {}

  add(
    unit: Pick<FakeUnit, "name" | "kind" | "requires" | "wanted">,
    text: string,
  ) {
    const fragment = `/etc/systemd/system/${unit.name}`;
    this.world.disk.makePath("/etc/systemd/system");
    this.world.disk.write(fragment, text, 0o644);
    this.units.set(unit.name, {
      ...unit,
      fragment,
      text,
      hold: undefined,
      active: "inactive",
      sub: "dead",
      result: "success",
      restarts: 0,
      starts: 0,
      wait: 0,
    });
  }

  /** The path of our drop-in for a unit. */
  dropIn(unit: string): string {
    return `${PLACE}/${unit}.d/90-pgladder.conf`;
  }

  reload() {
    for (const unit of this.units.values()) {
      unit.text = this.world.disk.textAt(unit.fragment);
      unit.hold = this.world.disk.textAt(this.dropIn(unit.name));
    }
  }

  /** Durable; not loaded yet. */
  writeDropIn(block: StartBlock) {
    const { disk } = this.world;
    disk.makePath(`${PLACE}/${block.unit}.d`);
    const lines = [`${block.kind} ${block.path}`, ...block.service ?? []];
    disk.write(this.dropIn(block.unit), lines.join("\n"), 0o644);
  }

  removeDropIn(unit: string) {
    const { disk } = this.world;
    disk.remove(this.dropIn(unit));
    for (const path of [`${PLACE}/${unit}.d`, PLACE]) {
      if (disk.directoryAt(path)?.entries.size === 0) disk.remove(path);
    }
  }

  held(name: string): "blocked" | "partly" | "free" {
    const unit = this.units.get(name);
    const text = this.world.disk.textAt(this.dropIn(name));
    const loaded = unit?.hold;
    if (text === undefined) return loaded === undefined ? "free" : "partly";
    const current = unit !== undefined &&
      unit.text === this.world.disk.textAt(unit.fragment);
    return current && text === loaded ? "blocked" : "partly";
  }

  /** `systemctl start`: one transaction; what it needs is started first. */
  start(names: readonly string[]) {
    const failed = names.filter((name) => !this.startOne(name));
    if (failed.length > 0) {
      throw new PortError(`'systemctl start' failed: ${failed.join(", ")}`);
    }
  }

  startOne(name: string): boolean {
    const unit = this.units.get(name);
    if (unit === undefined || unit.text === undefined) return false;
    if (unit.active === "active") return true;
    if (unit.active === "deactivating") this.#stopped(unit);
    const restarting = unit.active === "activating";
    if (!unit.requires.every((needed) => this.startOne(needed))) return false;
    // Asked only of a unit that leaves the inactive state.
    if (!restarting && unit.hold !== undefined) {
      return unit.hold.startsWith("condition");
    }
    return this.#spawn(unit);
  }

  #spawn(unit: FakeUnit): boolean {
    if (unit.kind === "database") {
      if (unit.starts >= START_LIMIT) {
        return this.#fail(unit, "start-limit-hit");
      }
      unit.starts += 1;
      if (!spawnDatabase(this.world, unit)) {
        return this.#fail(unit, "exit-code");
      }
    }
    unit.active = "active";
    unit.sub = "running";
    unit.wait = unit.kind === "oneshot" ? 2 : 0;
    return true;
  }

  #fail(unit: FakeUnit, result: string): false {
    unit.active = unit.sub = "failed";
    unit.result = result;
    return false;
  }

  stop(names: readonly string[]) {
    for (const name of names) this.stopOne(name);
  }

  /** What requires it goes first. */
  stopOne(name: string) {
    const unit = this.units.get(name);
    if (unit === undefined) {
      this.transients.delete(name);
      return;
    }
    for (const other of this.units.values()) {
      if (other.requires.includes(name)) this.stopOne(other.name);
    }
    this.#stopped(unit);
  }

  #stopped(unit: FakeUnit) {
    if (unit.kind === "database") stopDatabase(this.world, unit);
    if (unit.active === "failed" || unit.active === "inactive") return;
    unit.active = "inactive";
    unit.sub = "dead";
    unit.result = "success";
  }

  /** The client died: systemd goes on with what it was told. */
  beginStop(names: readonly string[]) {
    for (const name of names) {
      const unit = this.units.get(name);
      if (unit === undefined) continue;
      if (unit.active !== "active" && unit.active !== "activating") continue;
      for (const other of this.units.values()) {
        if (other.requires.includes(name)) this.beginStop([other.name]);
      }
      unit.active = "deactivating";
      unit.sub = "stop";
      unit.wait = 2;
    }
  }

  beginStart(names: readonly string[]) {
    for (const name of names) {
      const unit = this.units.get(name);
      if (unit === undefined || unit.text === undefined) continue;
      if (unit.active !== "inactive" && unit.active !== "failed") continue;
      this.beginStart(unit.requires);
      if (unit.hold !== undefined) continue;
      unit.active = "activating";
      unit.sub = "start";
      unit.wait = 2;
    }
  }

  resetFailed(names: readonly string[]) {
    for (const name of names) {
      const unit = this.units.get(name);
      if (unit === undefined) continue;
      unit.starts = 0;
      if (unit.active !== "failed") continue;
      unit.active = "inactive";
      unit.sub = "dead";
      unit.result = "success";
    }
  }

  /** One tick of the host. */
  step() {
    for (const unit of this.units.values()) this.#step(unit);
    for (const [name, transient] of this.transients) {
      if (!stepTransient(this.world, transient)) this.transients.delete(name);
    }
  }

  #step(unit: FakeUnit) {
    if (unit.kind === "database" && unit.active === "active") {
      const container = this.world.runtime.find(this.world.container);
      if (container?.process === undefined) {
        unit.active = "activating";
        unit.sub = "auto-restart";
        unit.wait = 2;
        unit.restarts += 1;
      } else if (
        container.process.kind === "server" &&
        container.process.phase === "ready"
      ) unit.starts = 0;
    }
    if (unit.wait === 0 || --unit.wait > 0) return;
    if (unit.active === "activating") this.#spawn(unit);
    else if (unit.active === "deactivating") this.#stopped(unit);
    else if (unit.kind === "oneshot") this.#stopped(unit);
  }

  /** The machine comes up. */
  boot() {
    this.transients.clear();
    for (const unit of this.units.values()) {
      unit.active = "inactive";
      unit.sub = "dead";
      unit.result = "success";
      unit.restarts = unit.starts = unit.wait = 0;
    }
    this.reload();
    for (const unit of this.units.values()) {
      if (unit.wanted) this.startOne(unit.name);
    }
  }

  show(name: string): Unit | undefined {
    const unit = this.units.get(name);
    if (unit === undefined) return showTransient(this.transients, name);
    return {
      name,
      loaded: unit.text !== undefined,
      active: unit.active,
      sub: unit.sub,
      fragment: unit.fragment,
      group: unit.active === "active" ? groupOf(name) : "",
      dropIns: unit.hold === undefined ? [] : [this.dropIn(name)],
      block: this.held(name),
      restarts: unit.restarts,
      result: unit.result,
      oneshot: unit.kind === "oneshot",
      dependants: [...this.units.values()]
        .filter(({ requires }) => requires.includes(name))
        .map((other) => other.name),
      triggers: [],
    };
  }

  commands(name: string): readonly (readonly string[])[] {
    if (this.hidden.has(name)) return [["/opt/up"]];
    const { text = "" } = this.units.get(name) ?? {};
    const line = /^ExecStart=(.*)$/m.exec(text)?.[1];
    return line === undefined ? [] : [line.split(" ")];
  }
}

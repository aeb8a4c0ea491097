import { DropIns } from "../../../../lib/adapter/drop_ins.ts";
import { PortError } from "../../../../lib/port/ports.ts";
import type { Unit, Units } from "../../../../lib/port/units.ts";
import { inodeOf, textAt } from "./disk.ts";
import type { Host } from "./host.ts";
import {
  APPLICATION,
  CONTAINER,
  dropInOf,
  TIMER,
  UNIT,
  UNIT_FILE,
  VOLUME,
} from "./places.ts";
import { create } from "./runtime.ts";
import { serve } from "./server.ts";
import { innerOf, referenceOf, type UnitState } from "./state.ts";

/**
 * systemd's contract over real unit files and drop-ins: what it has loaded is
 * not what lies on the disk until it is told to look.
 */

export const unitText = (major: number) =>
  [
    "[Service]",
    `ExecStart=/usr/bin/podman run --name=${CONTAINER} -v ${VOLUME}:${
      innerOf(major)
    } --rm -d --replace --pull missing ${referenceOf(major)}`,
    "Restart=always",
    "",
  ].join("\n");

export function unitsOf(host: Host): Units {
  const dropIns = new DropIns();
  const later = (act: () => void) => {
    try {
      act();
      host.onChange();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return {
    show: (units) =>
      Promise.resolve(
        new Map(
          units.map((name) => [name, unitOf(host, name)] as const)
            .filter((it): it is readonly [string, Unit] => it[1] !== undefined),
        ),
      ),
    environment: () => Promise.resolve({ variables: {}, files: [] }),
    commands: (unit) => {
      const { text = "" } = find(host, unit) ?? {};
      const line = /^ExecStart=(.*)$/m.exec(text)?.[1];
      return Promise.resolve(line === undefined ? [] : [line.split(" ")]);
    },
    start: (units) =>
      later(() => {
        const failed = units.filter((name) => !startUnit(host, name));
        if (failed.length > 0) {
          throw new PortError(`'systemctl start' failed: ${failed.join()}`);
        }
      }),
    stop: (units) => later(() => units.forEach((name) => stop(host, name))),
    resetFailed: (units) =>
      later(() => {
        for (const name of units) {
          const unit = find(host, name);
          if (unit?.active === "failed") unit.active = "inactive";
        }
      }),
    reload: () => later(() => load(host)),
    blockStart: (holds) =>
      later(() => {
        for (const block of holds) dropIns.write(block);
        load(host);
      }),
    unblockStart: (units, how = { later: false }) =>
      later(() => {
        for (const unit of units) dropIns.remove(unit);
        if (!how.later) load(host);
      }),
    blockState: (unit) => Promise.resolve(held(host, unit)),
    run: () => Promise.reject(new PortError("No transient units here")),
    remove: () => Promise.resolve(),
  };
}

const find = (host: Host, name: string) =>
  host.state.units.find((unit) => unit.name === name);

/** daemon-reload */
function load(host: Host) {
  for (const unit of host.state.units) {
    if (unit.kind === "database") unit.text = textAt(UNIT_FILE) ?? "";
    unit.hold = textAt(dropInOf(unit.name));
  }
}

function held(host: Host, name: string): "blocked" | "partly" | "free" {
  const found = new DropIns().find(name);
  const loaded = find(host, name)?.hold;
  if (found === undefined) return loaded === undefined ? "free" : "partly";
  const current = textAt(dropInOf(name)) === loaded;
  return current && found.path && inodeOf(found.path) === undefined
    ? "blocked"
    : "partly";
}

const heldPath = (text: string) =>
  /^(?:Assert|Condition)PathExists=(.+)$/m.exec(text)?.[1];

/** True: it runs, or was rightly skipped. */
function startUnit(host: Host, name: string): boolean {
  const unit = find(host, name);
  if (unit === undefined) return false;
  if (unit.active === "active") return true;
  if (unit.kind === "application" && !startUnit(host, UNIT)) return false;
  const path = unit.hold && heldPath(unit.hold);
  if (path && inodeOf(path) === undefined) {
    return /^ConditionPathExists=/m.test(unit.hold ?? "");
  }
  if (unit.kind !== "database") {
    unit.active = "active";
    return true;
  }
  unit.active = spawn(host, unit) ? "active" : "failed";
  return unit.active === "active";
}

function spawn(host: Host, unit: UnitState): boolean {
  const words = (/^ExecStart=(.*)$/m.exec(unit.text)?.[1] ?? "").split(" ");
  const [source = "", mountPath = ""] = (words[words.indexOf("-v") + 1] ?? "")
    .split(":");
  host.remove(CONTAINER);
  try {
    const container = create(host, {
      name: CONTAINER,
      image: words.at(-1) ?? "",
      mounts: [{ source, mountPath }],
      env: {},
      labels: { PODMAN_SYSTEMD_UNIT: unit.name },
      args: [],
    });
    container.running = serve(host, container);
    if (!container.running) host.remove(CONTAINER);
    return container.running;
  } catch (error) {
    if (error instanceof PortError) return false;
    throw error;
  }
}

function stop(host: Host, name: string) {
  const unit = find(host, name);
  if (unit === undefined) return;
  if (unit.kind === "database") {
    stop(host, APPLICATION);
    host.remove(CONTAINER, { gently: true });
  }
  if (unit.active === "active") unit.active = "inactive";
}

/** At boot all is loaded from the files, and what is wanted is started. */
export function bootUnits(host: Host): void {
  host.state.units = [
    { name: UNIT, kind: "database" },
    { name: APPLICATION, kind: "application" },
    { name: TIMER, kind: "timer" },
  ].map(({ name, kind }) => ({
    name,
    kind: kind as UnitState["kind"],
    active: "inactive",
    text: "",
    hold: undefined,
  }));
  load(host);
  for (const { name } of host.state.units) startUnit(host, name);
  host.onChange();
}

function unitOf(host: Host, name: string): Unit | undefined {
  const unit = find(host, name);
  if (unit === undefined) return undefined;
  return {
    name,
    loaded: true,
    active: unit.active,
    sub: unit.active === "active" ? "running" : "dead",
    fragment: `/etc/systemd/system/${name}`,
    dropIns: unit.hold === undefined ? [] : [dropInOf(name)],
    block: held(host, name),
    restarts: 0,
    result: unit.active === "failed" ? "exit-code" : "success",
    oneshot: false,
    dependants: name === UNIT ? [APPLICATION] : [],
    triggers: [],
  };
}

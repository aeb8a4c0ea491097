import type { Plan } from "../../../journal/plan.ts";
import { namesOf } from "../../run/paths.ts";
import type { Ports } from "../../port/ports.ts";
import type { Hold } from "../../port/units.ts";

/**
 * Who starts the database's container, by itself or when told: a unit of
 * systemd, or the runtime, by the container's restart policy.
 */
export interface Keeper {
  look(): Promise<Standing>;
  hold(): Promise<void>;
  /** At once, or with the next time that systemd loads its units. */
  release(how?: { later: boolean }): Promise<void>;
  start(): Promise<void>;
  /** With the plan's patience, whatever its state. */
  stop(): Promise<void>;
  /** One phrase, once it has given up, so many milliseconds after the start. */
  failed(waited: number): Promise<string | undefined>;
}

/** What the one who starts the service knows of it. */
export interface Standing {
  /** It will not start it by itself. */
  readonly held: boolean;
  /** Nothing of ours keeps it from starting it. */
  readonly free: boolean;
  readonly stopped: boolean;
  /** It runs, and is not about to stop or to start again. */
  readonly up: boolean;
}

export function keeperOf(plan: Plan, ports: Ports): Keeper {
  return plan.restart === undefined
    ? unitKeeper(plan, ports)
    : runtimeKeeper(plan, plan.restart, ports);
}

/** What a person would type. */
export function stopCommand({ restart, runtime, unit }: Plan): string {
  return restart === undefined
    ? `systemctl stop ${unit}`
    : `${runtime} update --restart=no ${unit}; ${runtime} stop ${unit}`;
}

export function startCommand({ restart, runtime, unit }: Plan): string {
  return restart === undefined
    ? `systemctl start ${unit}`
    : `${runtime} start ${unit}`;
}

function unitKeeper(plan: Plan, { units }: Ports): Keeper {
  const { unit } = plan;
  const show = async () => (await units.show([unit])).get(unit);
  return {
    async look() {
      const shown = await show();
      const hold = shown?.hold ?? await units.held(unit);
      return {
        held: hold === "held",
        free: hold === "free",
        stopped: shown === undefined || !shown.loaded ||
          ["inactive", "failed"].includes(shown.active),
        up: shown?.active === "active",
      };
    },
    hold: () => units.hold(holdsOf(plan)),
    release: (how) => units.release([unit], how),
    async start() {
      await units.resetFailed([unit]);
      await units.start([unit]);
    },
    async stop() {
      await units.stop([unit]);
      await units.resetFailed([unit]);
    },
    async failed() {
      const shown = await show();
      return shown?.active === "failed"
        ? `${unit} has failed (${shown.result}): see "journalctl -u ${unit}"`
        : undefined;
    },
  };
}

/** What keeps systemd from starting the service; none where it does not. */
export function holdsOf(plan: Plan): readonly Hold[] {
  return plan.restart === undefined
    ? [{
      unit: plan.unit,
      kind: "assert",
      path: namesOf(plan).closedUntil,
      service: stopLines(plan),
    }]
    : [];
}

/**
 * The unit's own `podman stop` kills after the container's ten seconds,
 * whatever TimeoutStopSec says, and a killed server's unlogged tables are
 * empty: so the drop-in brings a stop with the plan's patience.
 */
function stopLines(plan: Plan): readonly string[] {
  const { container, program, stopTimeout } = plan;
  // By its identifier: a runtime takes a name that is gone for the beginning of
  // another container's.
  const id = `$$(${program} ps --quiet --filter name=^${
    literally(container)
  }$$)`;
  return [
    "ExecStop=",
    `ExecStop=-/bin/sh -c 'exec ${program} stop --time ${stopTimeout} ${id}'`,
    `TimeoutStopSec=${stopTimeout + 60}`,
  ];
}

/** The filter is a regular expression: "db.1" would stop "dbx1" as well. */
const literally = (name: string) => name.replaceAll(/[^\w-]/g, "[$&]");

/** A container that does not come up shows it within this time. */
const UP_MS = 5000;

/**
 * A container that no unit makes anew is kept as it is, stopped and with the
 * restart policy "no". One that never had another is held and free at once:
 * only a person starts it. Where it is gone, a prune has taken it or the
 * operator is making it anew.
 */
function runtimeKeeper(plan: Plan, restart: string, ports: Ports): Keeper {
  const { containers } = ports;
  const name = plan.container;
  const find = () => containers.inspect(name);
  return {
    async look() {
      const found = await find();
      const up = found?.running ?? false;
      const held = ["no", undefined].includes(found?.restartPolicy);
      return { held, free: restart === "no" || !held, stopped: !up, up };
    },
    hold: () => containers.setRestartPolicy(name, "no"),
    release: () => containers.setRestartPolicy(name, restart),
    start: () => containers.start(name),
    stop: () => containers.stop(name, plan.stopTimeout),
    async failed(waited) {
      return waited < UP_MS || (await find())?.running
        ? undefined
        : `"${name}" has ended again: see "${plan.runtime} logs ${name}"`;
    },
  };
}

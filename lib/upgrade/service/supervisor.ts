import type { Plan } from "../../../journal/plan.ts";
import { lastErrorOf } from "../../run/last_error.ts";
import type { PlannedRun, RunContext } from "../../run/context.ts";
import type { StartBlock } from "../../port/units.ts";

/**
 * Who starts the database's container, by itself or when told: a unit of
 * systemd, or the runtime, by the container's restart policy.
 */
export interface Supervisor {
  look(): Promise<ServiceState>;
  blockStart(): Promise<void>;
  /** At once, or with the next time that systemd loads its units. */
  unblockStart(how?: { later: boolean }): Promise<void>;
  start(): Promise<void>;
  /** With the plan's patience, whatever its state. */
  stop(): Promise<void>;
  /** One phrase, once it has given up, so many milliseconds after the start. */
  failed(waited: number): Promise<string | undefined>;
}

/** What the one who starts the service knows of it. */
export interface ServiceState {
  /** It will not start it by itself. */
  readonly blocked: boolean;
  /** Nothing of pgladder's keeps it from starting it. */
  readonly free: boolean;
  readonly stopped: boolean;
  /** It runs, and is not about to stop or to start again. */
  readonly up: boolean;
}

export function supervisorOf(context: RunContext): Supervisor {
  const { restart } = context.plan;
  return restart === undefined
    ? unitSupervisor(context)
    : runtimeSupervisor(context, restart);
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

function unitSupervisor(context: RunContext): Supervisor {
  const { plan: { runtime, unit }, ports } = context;
  const { units } = ports;
  const show = async () => (await units.show([unit])).get(unit);
  return {
    async look() {
      const shown = await show();
      const block = shown?.block ?? await units.blockState(unit);
      return {
        blocked: block === "blocked",
        free: block === "free",
        stopped: shown === undefined || !shown.loaded ||
          ["inactive", "failed"].includes(shown.active),
        up: shown?.active === "active",
      };
    },
    blockStart: () => units.blockStart(startBlocksOf(context)),
    unblockStart: (how) => units.unblockStart([unit], how),
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
      if (shown?.active !== "failed") return undefined;
      const said = await lastErrorOf({ container: undefined, unit }, {
        ports,
        runtime,
      });
      return `${unit} has failed (${
        said || shown.result
      }): see "journalctl -u ${unit}"`;
    },
  };
}

/** What keeps systemd from starting the service; none where it does not. */
export function startBlocksOf(
  { names, plan }: PlannedRun,
): readonly StartBlock[] {
  return plan.restart === undefined
    ? [{
      unit: plan.unit,
      kind: "assert",
      path: names.closedUntil,
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
 * A container that no unit makes is kept, stopped and with the
 * restart policy "no". One that never had another is blocked and free at once:
 * only a person starts it. Where it is gone, a prune has taken it or the
 * operator is making it again.
 */
function runtimeSupervisor(
  { plan, ports }: RunContext,
  restart: string,
): Supervisor {
  const { containers } = ports;
  const name = plan.container;
  const find = () => containers.inspect(name);
  return {
    async look() {
      const found = await find();
      const up = found?.running ?? false;
      const blocked = ["no", undefined].includes(found?.restartPolicy);
      return { blocked, free: restart === "no" || !blocked, stopped: !up, up };
    },
    blockStart: () => containers.setRestartPolicy(name, "no"),
    unblockStart: () => containers.setRestartPolicy(name, restart),
    start: () => containers.start(name),
    stop: () => containers.stop(name, plan.stopTimeout),
    async failed(waited) {
      const found = waited < UP_MS ? undefined : await find();
      if (waited < UP_MS || found?.running) return undefined;
      const { runtime } = plan;
      const said = found === undefined
        ? ""
        : await lastErrorOf({ container: found, unit: "" }, { ports, runtime });
      return `"${name}" has ended again${
        said && ` (${said})`
      }: see "${runtime} logs ${name}"`;
    },
  };
}

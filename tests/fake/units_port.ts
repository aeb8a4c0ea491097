import type { Unit, Units } from "../../lib/port/units.ts";
import { answer } from "./ports.ts";
import type { World } from "./world.ts";

const NO_ENVIRONMENT = { variables: {}, files: [] };

/** systemd behind the port. */
export function fakeUnits(world: World): Units {
  const { systemd } = world;
  const change = (
    name: string,
    whole: () => void,
    half?: () => void,
  ) =>
    answer(() =>
      world.change({
        name,
        whole,
        ...(half === undefined ? {} : { half, late: true }),
      })
    );
  const look = <T>(name: string, seen: () => T) =>
    answer(() => world.look(`units.${name}`, seen));
  return {
    show: (units) =>
      look(`show ${units.join(" ")}`, () => {
        const shown = new Map<string, Unit>();
        for (const name of units) {
          const unit = systemd.show(name);
          if (unit !== undefined) shown.set(name, unit);
        }
        return shown;
      }),
    commands: (unit) => look(`commands ${unit}`, () => systemd.commands(unit)),
    environment: () => look("environment", () => NO_ENVIRONMENT),
    blockState: (unit) => look(`held ${unit}`, () => systemd.held(unit)),
    start: (units) =>
      change(
        `start ${units.join(" ")}`,
        () => systemd.start(units),
        () => systemd.beginStart(units),
      ),
    stop: (units) =>
      change(
        `stop ${units.join(" ")}`,
        () => systemd.stop(units),
        () => systemd.beginStop(units),
      ),
    resetFailed: (units) =>
      change(
        `reset-failed ${units.join(" ")}`,
        () => systemd.resetFailed(units),
      ),
    reload: () => change("daemon-reload", () => systemd.reload()),
    blockStart: (holds) =>
      change(`hold ${holds.map(({ unit }) => unit).join(" ")}`, () => {
        for (const block of holds) systemd.writeDropIn(block);
        systemd.reload();
      }, () => {
        for (const block of holds) systemd.writeDropIn(block);
      }),
    unblockStart: (units, how = { later: false }) =>
      change(`release ${units.join(" ")}`, () => {
        for (const unit of units) systemd.removeDropIn(unit);
        if (!how.later) systemd.reload();
      }, () => {
        for (const unit of units) systemd.removeDropIn(unit);
      }),
    run: ({ name, env }) =>
      change(
        `systemd-run ${name}`,
        () => systemd.transients.set(name, { env, phase: 0 }),
      ),
    remove: (unit) =>
      change(`remove ${unit}`, () => systemd.transients.delete(unit)),
  };
}

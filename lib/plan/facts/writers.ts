import type { Plan } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import type { Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";

/** What is started again within it does not stay up. In milliseconds. */
export const LOOP_MS = 2000;

/** Units that do something; targets and slices only group others. */
const DOES = /\.(service|timer|socket|path)$/;

/** Timers known to remove or replace images and containers. */
const PRUNE_TIMERS = [
  "podman-prune.timer",
  "podman-auto-update.timer",
  "docker-prune.timer",
];

const TYPES = /\.(service|socket|target|timer|path|mount|slice|scope)$/;

/** A unit's name as systemd completes it: a service where nothing is said. */
export function wholeName(unit: string): string {
  const name = unit.trim();
  return TYPES.test(name) ? name : `${name}.service`;
}

/** More units than this depend on no database. */
const WRITERS_MAX = 500;

/**
 * Every unit that depends on the database's unit, over any number of others,
 * with what triggers it; and those that the operator named.
 *
 * @throws {Failure} "usage": there is no unit of a name that the operator gave
 */
export async function writersOf(
  unit: string,
  named: readonly string[],
  { host, units }: Ports,
): Promise<Plan["writers"]> {
  const found = new Map<string, Unit>();
  let next = [unit, ...named];
  while (next.length > 0 && found.size < WRITERS_MAX) {
    const shown = await units.show(next);
    next = [];
    for (const [name, facts] of shown) {
      found.set(name, facts);
      // What triggers the database itself is for the database's own hold.
      const triggers = name === unit ? [] : facts.triggers;
      next.push(...facts.dependants, ...triggers);
    }
    next = [...new Set(next)].filter((name) =>
      DOES.test(name) && !found.has(name)
    );
  }
  const unknown = named.find((name) => !found.get(name)?.loaded);
  if (unknown !== undefined) {
    throw new Failure("usage", {
      problem:
        `--writers names "${unknown}", which is no unit of systemd's and no container`,
      hint: 'See "systemctl list-units --all" for its whole name',
    });
  }
  found.delete(unit);
  const loaded = [...found.values()].filter((facts) => facts.loaded);
  const again = loaded.filter(({ restarts }) => restarts > 0)
    .map(({ name }) => name);
  if (again.length > 0) await host.sleep(LOOP_MS);
  const later = await units.show(again);
  return loaded.map(({ active, name, restarts, sub }) => ({
    unit: name,
    // One that is just starting is wanted, too.
    active: ["active", "activating", "reloading"].includes(active),
    ...(/^auto-restart/.test(sub) ||
        (later.get(name)?.restarts ?? 0) > restarts
      ? { looping: true }
      : {}),
  }));
}

export async function activeTimers({ units }: Ports) {
  const shown = await units.show(PRUNE_TIMERS);
  return [...shown.values()].filter((timer) =>
    timer.loaded && timer.active === "active"
  ).map((timer) => timer.name);
}

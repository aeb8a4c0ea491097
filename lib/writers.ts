import type { Ports } from "./port/ports.ts";
import type { Unit } from "./port/units.ts";

/** Units that do something; targets and slices only group others. */
const DOES = /\.(service|timer|socket|path)$/;

/** Timers known to remove or replace images and containers. */
const PRUNE_TIMERS = [
  "podman-prune.timer",
  "podman-auto-update.timer",
  "docker-prune.timer",
];

/** More units than this depend on no database. */
const WRITERS_MAX = 500;

/**
 * Every unit that depends on the database's unit, over any number of others,
 * with what triggers it; and those that the operator named.
 */
export async function writersOf(
  unit: string,
  named: readonly string[],
  { units }: Ports,
): Promise<readonly { unit: string; active: boolean }[]> {
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
  found.delete(unit);
  return [...found.values()].filter((facts) => facts.loaded).map((facts) => ({
    unit: facts.name,
    active: facts.active === "active",
  }));
}

export async function activeTimers({ units }: Ports) {
  const shown = await units.show(PRUNE_TIMERS);
  return [...shown.values()].filter((timer) =>
    timer.loaded && timer.active === "active"
  ).map((timer) => timer.name);
}

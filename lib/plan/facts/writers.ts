import { Failure } from "../../base/failure.ts";
import type { Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";

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
  const unknown = named.find((name) => !found.get(name)?.loaded);
  if (unknown !== undefined) {
    throw new Failure("usage", {
      problem:
        `--writers names "${unknown}", which is no unit of systemd's and no container`,
      hint: 'See "systemctl list-units --all" for its whole name',
    });
  }
  found.delete(unit);
  return [...found.values()].filter((facts) => facts.loaded).map((facts) => ({
    unit: facts.name,
    // One that is just starting is wanted, too.
    active: ["active", "activating", "reloading"].includes(facts.active),
  }));
}

export async function activeTimers({ units }: Ports) {
  const shown = await units.show(PRUNE_TIMERS);
  return [...shown.values()].filter((timer) =>
    timer.loaded && timer.active === "active"
  ).map((timer) => timer.name);
}

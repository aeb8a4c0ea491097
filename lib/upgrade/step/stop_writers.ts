import type { Plan } from "../../../journal/plan.ts";
import { holdsOf } from "../service/supervisor.ts";
import { namesOf } from "../../run/paths.ts";
import type { Ports } from "../../port/ports.ts";
import type { Held, Hold, Unit } from "../../port/units.ts";
import { checkpoint, standing } from "../service/service.ts";
import { noteUnlogged } from "../service/unlogged.ts";
import {
  absent,
  half,
  isBegun,
  isPending,
  type Step,
  whole,
} from "../contract.ts";

/**
 * Holds and stops what depends on the database. The hold is a condition: a
 * unit that is skipped in silence does not fail a rebuild or a boot.
 */
export function stopWriters(plan: Plan): Step {
  const units = plan.writers.map(({ unit }) => unit);
  return {
    id: "stop-writers",
    title: "Stop what writes",
    does: units.length === 0
      ? "no unit depends on the database: nothing to stop"
      : `holds and stops ${units.join(", ")}: the downtime begins`,
    wayBack: "lifts their holds and starts those that ran",
    commands: units.length === 0 ? [] : [`systemctl stop ${units.join(" ")}`],
    async look({ state, ports }) {
      if (isBegun(state, "start-writers")) return whole("they may run again");
      if (isPending(state.steps["stop-writers"])) return absent("not begun");
      const { free, active, notHeld } = await standingOf(plan, ports);
      // A drop-in that is not loaded yet would hold after the next boot.
      const untouched = free.length === units.length &&
        await ranAgain(plan, ports);
      if (
        untouched && state.direction === "down" &&
        (await standing(plan, ports)).free
      ) return absent("no writer is held");
      if (notHeld.length === 0 && active.length === 0) {
        return whole("all writers are held and stopped");
      }
      return half(
        `not held: ${notHeld.join(", ") || "none"}; active: ${
          active.join(", ") || "none"
        }`,
      );
    },
    async apply({ ports, state }) {
      await checkpoint(plan, ports);
      await noteUnlogged(plan, ports);
      await holdAndStop(plan, ports, {
        // The database along with them, as systemd takes long to load a hold;
        // later it may have been let go for good.
        others: isPending(state.steps.close) ? holdsOf(plan) : [],
      });
    },
    async undo({ ports }) {
      await letRun(plan, ports, {
        others: (await standing(plan, ports)).free ? [] : holdsOf(plan),
      });
    },
    evidence: () =>
      Promise.resolve(Object.fromEntries(
        plan.writers.map(({ unit, active }) => [
          unit,
          active ? "active" : "inactive",
        ]),
      )),
  };
}

/** Holds and stops every writer; what is so already stays so. */
export async function holdAndStop(
  plan: Plan,
  { units }: Ports,
  { others }: { others: readonly Hold[] } = { others: [] },
) {
  const { closedUntil } = namesOf(plan);
  const names = plan.writers.map(({ unit }) => unit);
  if (names.length === 0) return;
  const holds = [
    ...names.map((unit): Hold => ({
      unit,
      kind: "condition",
      path: closedUntil,
    })),
    ...others,
  ];
  const { held } = await heldOf(holds.map(({ unit }) => unit), units);
  const missing = holds.filter((_, at) => held[at] !== "held");
  if (missing.length > 0) await units.hold(missing);
  // Held first: systemd asks a condition only of a unit that starts anew.
  await units.stop(names);
}

/** Lifts the writers' holds and starts those that ran before. */
export async function letRun(
  plan: Plan,
  { units }: Ports,
  { others }: { others: readonly Hold[] } = { others: [] },
) {
  const held = [...plan.writers, ...others].map(({ unit }) => unit);
  if (held.length > 0) await units.release(held);
  const ran = plan.writers.filter(({ active }) => active)
    .map(({ unit }) => unit);
  if (ran.length === 0) return;
  await units.resetFailed(ran);
  await units.start(ran);
}

/** Each writer is in the state that it was in, or has finished well. */
export async function ranAgain(plan: Plan, { units }: Ports): Promise<boolean> {
  const names = plan.writers.map(({ unit }) => unit);
  const shown = await units.show(names);
  return plan.writers.every(({ unit, active }) =>
    !active || isWell(shown.get(unit))
  );
}

function isWell(unit: Unit | undefined): boolean {
  // A unit that the configuration no longer has cannot be missed.
  if (unit === undefined || !unit.loaded) return true;
  if (unit.active === "active" || unit.active === "reloading") return true;
  return unit.oneshot && unit.active === "inactive" &&
    unit.result === "success";
}

/**
 * In the order of the names. Asked at once, since it is looked at again and
 * again in the downtime; a unit that systemd does not know can be held as well.
 */
export async function heldOf(names: readonly string[], units: Ports["units"]) {
  const shown = await units.show(names);
  const held: Held[] = [];
  for (const name of names) {
    held.push(shown.get(name)?.hold ?? await units.held(name));
  }
  return { shown, held };
}

async function standingOf(plan: Plan, { units }: Ports) {
  const names = plan.writers.map(({ unit }) => unit);
  const { held, shown } = await heldOf(names, units);
  const free = names.filter((_, at) => held[at] === "free");
  const notHeld = names.filter((_, at) => held[at] !== "held");
  const active = [...shown.values()].filter((unit) =>
    unit.loaded && !["inactive", "failed"].includes(unit.active)
  ).map((unit) => unit.name);
  return { free, active, notHeld };
}

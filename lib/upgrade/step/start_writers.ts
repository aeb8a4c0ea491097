import type { Plan } from "../../../journal/plan.ts";
import { namesOf } from "../../run/paths.ts";
import type { Ports } from "../../port/ports.ts";
import {
  absent,
  type Context,
  half,
  isPending,
  type Sighting,
  type Step,
  whole,
} from "../contract.ts";
import {
  gatherStatistics,
  isGathered,
  lacksStatistics,
} from "../service/statistics.ts";
import { heldOf, holdAndStop, letRun, ranAgain } from "./stop_writers.ts";

/** A writer that dies at once shows it within this time, in milliseconds. */
const STEADY_MS = 3000;
const POLL_MS = 500;

/** Starts what was stopped, and watches that it stays up. */
export function startWriters(plan: Plan): Step {
  const active = plan.writers.filter((writer) => writer.active)
    .map(({ unit }) => unit);
  return {
    id: "start-writers",
    title: "Start what writes",
    does: active.length === 0
      ? "no unit was stopped: nothing to start"
      : `starts ${active.join(", ")}: the downtime ends`,
    wayBack: "holds and stops them again",
    commands: active.length === 0
      ? []
      : [`systemctl start ${active.join(" ")}`],
    look: (context) => look(plan, context),
    async apply({ ports }) {
      const { containers, units } = ports;
      await letRun(plan, ports);
      await requireSteady(plan, ports, active);
      if (plan.timers.length > 0) await units.start(plan.timers);
      for (const which of ["from", "to"] as const) {
        await containers.remove(namesOf(plan).holder(which));
      }
      if (lacksStatistics(plan)) await gatherStatistics(plan, ports);
    },
    async undo({ ports }) {
      await holdAndStop(plan, ports);
      await ports.files.remove(namesOf(plan).statistics);
    },
    evidence: () => Promise.resolve({}),
  };
}

async function look(plan: Plan, { state, ports }: Context): Promise<Sighting> {
  if (isPending(state.steps["start-writers"])) return absent("not begun");
  const names = plan.writers.map(({ unit }) => unit);
  const { held } = await heldOf(names, ports.units);
  if (state.direction === "down") {
    return held.every((it) => it === "held") && await areStopped(plan, ports)
      ? absent("all writers are held and stopped")
      : half("some writers may run");
  }
  if (held.some((it) => it !== "free")) return half("some writers are held");
  if (!await ranAgain(plan, ports)) return half("some writers do not run");
  for (const timer of (await ports.units.show(plan.timers)).values()) {
    if (timer.loaded && timer.active !== "active") {
      return half(`${timer.name} is not started`);
    }
  }
  for (const which of ["from", "to"] as const) {
    const name = namesOf(plan).holder(which);
    if (await ports.containers.inspect(name) !== undefined) {
      return half(`"${name}" is still there`);
    }
  }
  if (lacksStatistics(plan) && !await isGathered(plan, ports)) {
    return half("the planner's statistics are not yet gathered");
  }
  return whole("all that ran before runs");
}

async function areStopped(plan: Plan, { units }: Ports): Promise<boolean> {
  const shown = await units.show(plan.writers.map(({ unit }) => unit));
  return [...shown.values()].every((unit) =>
    !unit.loaded || ["inactive", "failed"].includes(unit.active)
  );
}

/** @throws a writer does not run, or was started again in the meantime */
async function requireSteady(
  plan: Plan,
  ports: Ports,
  active: readonly string[],
) {
  if (active.length === 0) return;
  const before = await ports.units.show(active);
  for (let waited = 0; waited < STEADY_MS; waited += POLL_MS) {
    await ports.host.sleep(POLL_MS);
  }
  const after = await ports.units.show(active);
  for (const unit of active) {
    const restarts = (after.get(unit)?.restarts ?? 0) -
      (before.get(unit)?.restarts ?? 0);
    if (restarts > 0) {
      throw new Error(
        `"${unit}" does not stay up: see "journalctl -u ${unit}"`,
      );
    }
  }
  if (!await ranAgain(plan, ports)) {
    throw new Error(`Not all of ${active.join(", ")} run again`);
  }
}

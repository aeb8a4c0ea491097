import type { Plan } from "../../../journal/plan.ts";
import { describeStep } from "../step_text.ts";
import { namesOf } from "../../run/paths.ts";
import type { Ports } from "../../port/ports.ts";
import {
  absent,
  complete,
  type Context,
  isPending,
  type Observation,
  partial,
  type Step,
} from "../contract.ts";
import {
  gatherStatistics,
  isGathered,
  lacksStatistics,
} from "../service/statistics.ts";
import {
  isUp,
  lookAtContainers,
  unitsOf,
} from "../service/writer_containers.ts";
import { blockAndStop, blocksOf, letRun, ranAgain } from "./stop_writers.ts";

/** A writer that dies at once shows it within this time, in milliseconds. */
const STEADY_MS = 3000;
const POLL_MS = 500;

/** Starts what was stopped, and watches that it stays up. */
export function startWriters(plan: Plan): Step {
  const active = plan.writers.filter((writer) => writer.active)
    .map(({ unit }) => unit);
  const units = unitsOf(plan).filter((unit) => active.includes(unit));
  const containers = active.filter((unit) => !units.includes(unit));
  return {
    id: "start-writers",
    ...describeStep("start-writers", plan),
    commands: [
      ...units.length === 0 ? [] : [`systemctl start ${units.join(" ")}`],
      ...containers.length === 0
        ? []
        : [`${plan.runtime} start ${containers.join(" ")}`],
    ],
    look: (context) => look(plan, context),
    async apply({ ports }) {
      const { containers, units } = ports;
      await letRun(plan, ports);
      await requireSteady(
        plan,
        ports,
        plan.writers.filter((it) => it.active && !it.looping)
          .map(({ unit }) => unit),
      );
      if (plan.timers.length > 0) await units.start(plan.timers);
      for (const which of ["from", "to"] as const) {
        await containers.remove(namesOf(plan).pin(which));
      }
      if (lacksStatistics(plan)) await gatherStatistics(plan, ports);
    },
    async undo({ ports }) {
      await blockAndStop(plan, ports);
      await ports.files.remove(namesOf(plan).statistics);
    },
    evidence: () => Promise.resolve({}),
  };
}

async function look(
  plan: Plan,
  { state, ports }: Context,
): Promise<Observation> {
  if (isPending(state.steps["start-writers"])) return absent("not begun");
  const { blocks } = await blocksOf(unitsOf(plan), ports.units);
  const seen = await lookAtContainers(plan, ports);
  if (state.direction === "down") {
    const areBlocked = blocks.every((it) => it === "blocked") &&
      seen.every((it) => it.blocked && !isUp(it.found));
    return areBlocked && await areStopped(plan, ports)
      ? absent("all writers are blocked and stopped")
      : partial("some writers may run");
  }
  if (blocks.some((it) => it !== "free") || seen.some(({ free }) => !free)) {
    return partial("some writers are blocked");
  }
  if (!await ranAgain(plan, ports)) return partial("some writers do not run");
  for (const timer of (await ports.units.show(plan.timers)).values()) {
    if (timer.loaded && timer.active !== "active") {
      return partial(`${timer.name} is not started`);
    }
  }
  for (const which of ["from", "to"] as const) {
    const name = namesOf(plan).pin(which);
    if (await ports.containers.inspect(name) !== undefined) {
      return partial(`"${name}" is still there`);
    }
  }
  if (lacksStatistics(plan) && !await isGathered(plan, ports)) {
    return partial("the planner's statistics are not yet gathered");
  }
  const gone = seen.filter(({ found, writer }) =>
    writer.active && found === undefined
  ).map(({ writer }) => writer.unit);
  return complete(
    gone.length === 0
      ? "all that ran before runs"
      : `all that ran before runs, but for ${
        gone.join(" and ")
      }, which is no longer there`,
  );
}

async function areStopped(plan: Plan, { units }: Ports): Promise<boolean> {
  const shown = await units.show(unitsOf(plan));
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
  const units = unitsOf(plan).filter((unit) => active.includes(unit));
  const before = await restartsOf(plan, units, ports);
  for (let waited = 0; waited < STEADY_MS; waited += POLL_MS) {
    await ports.host.sleep(POLL_MS);
  }
  const after = await restartsOf(plan, units, ports);
  for (const name of active) {
    if ((after.get(name) ?? 0) <= (before.get(name) ?? 0)) continue;
    throw new Error(
      `"${name}" does not stay up: see "${
        units.includes(name)
          ? `journalctl -u ${name}`
          : `${plan.runtime} logs ${name}`
      }"`,
    );
  }
  if (!await ranAgain(plan, ports)) {
    throw new Error(`Not all of ${active.join(", ")} run again`);
  }
}

/** How often each was started again by whoever runs it. */
async function restartsOf(
  plan: Plan,
  units: readonly string[],
  ports: Ports,
): Promise<ReadonlyMap<string, number>> {
  const shown = units.length === 0 ? [] : await ports.units.show(units);
  const seen = await lookAtContainers(plan, ports);
  return new Map([
    ...[...shown].map(([name, { restarts }]) => [name, restarts] as const),
    ...seen.map(({ found, writer }) =>
      [writer.unit, found?.restarts ?? 0] as const
    ),
  ]);
}

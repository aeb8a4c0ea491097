import { describeStep } from "../step_text.ts";
import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
import { momentEvidence } from "../../run/downtime.ts";
import type { Moment } from "../../run/elapsed.ts";
import {
  absent,
  complete,
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
export function startWriters({ names, plan }: PlannedRun): Step {
  const active = plan.writers.filter((writer) => writer.active)
    .map(({ unit }) => unit);
  const units = unitsOf(plan).filter((unit) => active.includes(unit));
  const containers = active.filter((unit) => !units.includes(unit));
  let started: Moment | undefined;
  return {
    id: "start-writers",
    ...describeStep("start-writers", plan),
    commands: [
      ...units.length === 0 ? [] : [`systemctl start ${units.join(" ")}`],
      ...containers.length === 0
        ? []
        : [`${plan.runtime} start ${containers.join(" ")}`],
    ],
    look,
    async apply(context) {
      const { containers, host, units } = context.ports;
      await letRun(context);
      started = host.now();
      await requireSteady(
        context,
        plan.writers.filter((it) => it.active && !it.looping)
          .map(({ unit }) => unit),
      );
      if (plan.timers.length > 0) await units.start(plan.timers);
      for (const which of ["from", "to"] as const) {
        await containers.remove(names.pin(which));
      }
      if (lacksStatistics(plan)) await gatherStatistics(context);
    },
    async undo(context) {
      await blockAndStop(context);
      await context.ports.files.remove(names.statistics);
    },
    evidence: () => Promise.resolve(momentEvidence(started)),
  };
}

async function look(context: Context): Promise<Observation> {
  const { names, plan, ports, state } = context;
  if (isPending(state.steps["start-writers"])) return absent("not begun");
  const { blocks } = await blocksOf(unitsOf(plan), ports.units);
  const seen = await lookAtContainers(context);
  if (state.direction === "down") {
    const areBlocked = blocks.every((it) => it === "blocked") &&
      seen.every((it) => it.blocked && !isUp(it.found));
    return areBlocked && await areStopped(context)
      ? absent("all writers are blocked and stopped")
      : partial("some writers may run");
  }
  if (blocks.some((it) => it !== "free") || seen.some(({ free }) => !free)) {
    return partial("some writers are blocked");
  }
  if (!await ranAgain(context)) return partial("some writers do not run");
  for (const timer of (await ports.units.show(plan.timers)).values()) {
    if (timer.loaded && timer.active !== "active") {
      return partial(`${timer.name} is not started`);
    }
  }
  for (const which of ["from", "to"] as const) {
    const name = names.pin(which);
    if (await ports.containers.inspect(name) !== undefined) {
      return partial(`"${name}" is still there`);
    }
  }
  if (lacksStatistics(plan) && !await isGathered(context)) {
    return partial("the planner's statistics are not yet gathered");
  }
  const gone = seen.filter(({ found, writer }) =>
    writer.active && found === undefined
  ).map(({ writer }) => writer.unit);
  return complete(
    gone.length === 0
      ? "everything that ran before runs again"
      : `everything that ran before runs again, except ${
        gone.join(" and ")
      }, which no longer exists`,
  );
}

async function areStopped(
  { plan, ports: { units } }: RunContext,
): Promise<boolean> {
  const shown = await units.show(unitsOf(plan));
  return [...shown.values()].every((unit) =>
    !unit.loaded || ["inactive", "failed"].includes(unit.active)
  );
}

/** @throws a writer does not run, or was started again in the meantime */
async function requireSteady(context: RunContext, active: readonly string[]) {
  const { plan, ports } = context;
  if (active.length === 0) return;
  const units = unitsOf(plan).filter((unit) => active.includes(unit));
  const before = await restartsOf(context, units);
  for (let waited = 0; waited < STEADY_MS; waited += POLL_MS) {
    await ports.host.sleep(POLL_MS);
  }
  const after = await restartsOf(context, units);
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
  if (!await ranAgain(context)) {
    throw new Error(`Not all of ${active.join(", ")} run again`);
  }
}

/** How often each was started again by whoever runs it. */
async function restartsOf(
  context: RunContext,
  units: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const shown = units.length === 0 ? [] : await context.ports.units.show(units);
  const seen = await lookAtContainers(context);
  return new Map([
    ...[...shown].map(([name, { restarts }]) => [name, restarts] as const),
    ...seen.map(({ found, writer }) =>
      [writer.unit, found?.restarts ?? 0] as const
    ),
  ]);
}

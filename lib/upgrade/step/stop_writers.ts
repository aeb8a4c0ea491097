import { describeStep } from "../step_text.ts";
import type { PlannedRun, RunContext } from "../../run/context.ts";
import { startBlocksOf } from "../service/supervisor.ts";
import { PortError, type Ports } from "../../port/ports.ts";
import type { BlockState, StartBlock, Unit } from "../../port/units.ts";
import { momentEvidence } from "../../run/downtime.ts";
import type { Moment } from "../../run/elapsed.ts";
import { checkpoint, serviceState } from "../service/service.ts";
import { noteUnlogged } from "../service/unlogged.ts";
import {
  containersOf,
  isUp,
  isWell,
  lookAtContainers,
  startContainers,
  stopContainers,
  unitsOf,
  type WriterState,
} from "../service/writer_containers.ts";
import {
  absent,
  complete,
  isBegun,
  isPending,
  partial,
  type Step,
} from "../contract.ts";

/**
 * Stops what depends on the database and blocks its start by a condition: a
 * unit that is skipped in silence does not fail a rebuild or a boot.
 */
export function stopWriters(run: PlannedRun): Step {
  const { plan } = run;
  const all = plan.writers.map(({ unit }) => unit);
  const containers = containersOf(plan).map(({ unit }) => unit);
  const units = unitsOf(plan);
  let stopping: Moment | undefined;
  return {
    id: "stop-writers",
    ...describeStep("stop-writers", plan),
    commands: [
      ...units.length === 0 ? [] : [`systemctl stop ${units.join(" ")}`],
      ...containers.length === 0 ? [] : [
        `${plan.runtime} update --restart=no ${containers.join(" ")}`,
        `${plan.runtime} stop ${[...containers].reverse().join(" ")}`,
      ],
    ],
    async look(context) {
      const { state } = context;
      if (isBegun(state, "start-writers")) {
        return complete("they may run again");
      }
      if (isPending(state.steps["stop-writers"])) return absent("not begun");
      const { free, active, notBlocked } = await standingOf(context);
      // A drop-in that is not loaded yet would hold after the next boot.
      const untouched = free.length === all.length &&
        await ranAgain(asTheyRan(context));
      if (
        untouched && state.direction === "down" &&
        (await serviceState(context)).free
      ) return absent("no writer is blocked");
      if (notBlocked.length === 0 && active.length === 0) {
        return complete("all writers are blocked and stopped");
      }
      return partial(partlyWords(active, notBlocked));
    },
    async apply(context) {
      const { state } = context;
      if (plan.unserved === undefined) {
        await checkpoint(context);
        await noteUnlogged(context);
      }
      await blockAndStop(context, {
        // The database along with them, as systemd takes long to load a drop-in;
        // later it may have been unblocked for good.
        others: isPending(state.steps.close) ? startBlocksOf(run) : [],
        stopping: () => stopping ??= context.ports.host.now(),
      });
    },
    async undo(context) {
      stopping = undefined;
      await letRun(asTheyRan(context), {
        others: (await serviceState(context)).free ? [] : startBlocksOf(run),
      });
    },
    evidence: () =>
      Promise.resolve({
        ...Object.fromEntries(
          plan.writers.map(({ unit, active }) => [
            unit,
            active ? "active" : "inactive",
          ]),
        ),
        ...momentEvidence(stopping),
      }),
  };
}

/** Without a database they may fail as they did: nobody waits for them. */
function asTheyRan(context: RunContext): RunContext {
  const { plan } = context;
  if (plan.unserved === undefined) return context;
  const writers = plan.writers.map((it) => ({ ...it, looping: true }));
  return { ...context, plan: { ...plan, writers } };
}

interface Stopping {
  /** Blocked along with them. */
  readonly others: readonly StartBlock[];
  /** Called before the first of them stops. */
  readonly stopping?: () => void;
}

/** Blocks and stops every writer; what is so already stays so. */
export async function blockAndStop(
  context: RunContext,
  how: Stopping = { others: [] },
) {
  const { plan } = context;
  if (unitsOf(plan).length > 0) await blockUnits(context, how);
  how.stopping?.();
  await stopContainers(context);
}

async function blockUnits(
  { names, plan, ports: { units } }: RunContext,
  { others, stopping }: Stopping,
) {
  const { closedUntil } = names;
  const writers = unitsOf(plan);
  const wanted = [
    ...writers.map((unit): StartBlock => ({
      unit,
      kind: "condition",
      path: closedUntil,
    })),
    ...others,
  ];
  const { blocks } = await blocksOf(wanted.map(({ unit }) => unit), units);
  const missing = wanted.filter((_, at) => blocks[at] !== "blocked");
  if (missing.length > 0) await units.blockStart(missing);
  stopping?.();
  // Blocked first: systemd asks a condition only of a unit that starts again.
  await units.stop(writers);
}

/** Unblocks the writers and starts those that ran before. */
export async function letRun(
  context: RunContext,
  { others }: { others: readonly StartBlock[] } = { others: [] },
) {
  const { plan, ports } = context;
  const { units } = ports;
  const blocked = [...unitsOf(plan), ...others.map(({ unit }) => unit)];
  if (blocked.length > 0) await units.unblockStart(blocked);
  const ran = plan.writers
    .filter(({ active, restart }) => active && restart === undefined);
  const names = ran.map(({ unit }) => unit);
  if (ran.length > 0) {
    await units.resetFailed(names);
    await units.start(
      ran.filter(({ looping }) => !looping).map(({ unit }) => unit),
    );
  }
  for (const { looping, unit } of ran) {
    if (looping) await startLooping(unit, ports);
  }
  await startContainers(context);
}

/** What did not stay up before may fail as it did. */
async function startLooping(unit: string, { units }: Ports) {
  try {
    await units.start([unit]);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
  }
}

/** Each writer is in the state that it was in, or has finished well. */
export async function ranAgain(context: RunContext): Promise<boolean> {
  const { plan, ports } = context;
  const shown = await ports.units.show(unitsOf(plan));
  const units = plan.writers.filter(({ restart }) => restart === undefined)
    .every(({ unit, active, looping }) =>
      !active || looping || isUnitWell(shown.get(unit))
    );
  return units && (await lookAtContainers(context)).every(isWell);
}

function isUnitWell(unit: Unit | undefined): boolean {
  // A unit that the configuration no longer has cannot be missed.
  if (unit === undefined || !unit.loaded) return true;
  if (unit.active === "active" || unit.active === "reloading") return true;
  return unit.oneshot && unit.active === "inactive" &&
    unit.result === "success";
}

/**
 * In the order of the names. Asked at once, since it is looked at again and
 * again in the downtime; a unit that systemd does not know can be blocked as well.
 */
export async function blocksOf(
  names: readonly string[],
  units: Ports["units"],
) {
  const shown = await units.show(names);
  const blocks: BlockState[] = [];
  for (const name of names) {
    blocks.push(shown.get(name)?.block ?? await units.blockState(name));
  }
  return { shown, blocks };
}

async function standingOf(context: RunContext) {
  const { plan, ports } = context;
  const names = unitsOf(plan);
  const { blocks, shown } = await blocksOf(names, ports.units);
  const seen = await lookAtContainers(context);
  const which = (wanted: (it: WriterState) => boolean | undefined) =>
    seen.filter(wanted).map(({ writer }) => writer.unit);
  return {
    free: [
      ...names.filter((_, at) => blocks[at] === "free"),
      ...which(({ free }) => free),
    ],
    notBlocked: [
      ...names.filter((_, at) => blocks[at] !== "blocked"),
      ...which((it) => !it.blocked),
    ],
    active: [
      ...[...shown.values()].filter((unit) =>
        unit.loaded && !["inactive", "failed"].includes(unit.active)
      ).map((unit) => unit.name),
      ...which(({ found }) => isUp(found)),
    ],
  };
}

/** Only what there is of either. */
export function partlyWords(
  active: readonly string[],
  notBlocked: readonly string[],
): string {
  return Object.entries({
    "still running": active,
    "may start by itself": notBlocked,
  }).filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what}: ${names.join(", ")}`).join("; ");
}

import type { Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";
import { downtimeSteps } from "../run/downtime.ts";

/**
 * What a step may take, reckoned from the size of the old data alone: a guess
 * to decide by, with wide bounds. Its rates come from runs on two cores: 1.7 GB
 * dumped in 4 s and restored in 15 to 22 s, 2.7 GB copied in 5 to 10 s; 8 MB
 * through the whole ladder in 35 s.
 */
export interface Estimate {
  readonly id: StepId;
  /** Milliseconds; undefined where it is the operator's own time. */
  readonly ms: Range | undefined;
  /** Bytes beside the old data while the step is done; 0 for none. */
  readonly space: Range;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

const SECOND = 1000;
const GIB = 1024 ** 3;
const NONE: Range = { least: 0, most: 0 };

/** Seconds for a start, and for each GiB of the old data. */
interface Rate {
  readonly start: Range;
  readonly perGib?: Range;
}

const range = (least: number, most: number): Range => ({ least, most });

const RATES: Readonly<Record<Exclude<StepId, "build" | "switch">, Rate>> = {
  "prepare": { start: range(1, 15) },
  "stop-writers": { start: range(1, 10) },
  "close": { start: range(2, 20) },
  "ask": { start: range(2, 15) },
  "dump": { start: range(5, 15), perGib: range(3, 15) },
  "swap": { start: range(0, 1) },
  // For each GiB of the indexes that are rebuilt.
  "reindex": { start: range(1, 10), perGib: range(20, 120) },
  "start": { start: range(2, 10) },
  "start-writers": { start: range(5, 15) },
};

const RESTORED: Rate = { start: range(10, 30), perGib: range(9, 40) };
/** Indexes whose collation changed are not reckoned with. */
const CLONED: Rate = { start: range(5, 30) };
const COPIED: Rate = { start: range(5, 30), perGib: range(2, 10) };

/** Of the old directory's size; measured dumps took 0.05 to 0.5 of it. */
const DUMPED = range(0.05, 0.6);
const REBUILT = range(0.5, 1.1);

export function estimateStep(plan: Plan, id: StepId): Estimate {
  const rate = rateOf(plan, id);
  const gib = (id === "reindex" ? plan.sorting?.bytes ?? 0 : plan.bytes) / GIB;
  const bound = (which: keyof Range) =>
    rate === undefined
      ? 0
      : SECOND * (rate.start[which] + gib * (rate.perGib?.[which] ?? 0));
  return {
    id,
    ms: rate === undefined
      ? undefined
      : range(Math.round(bound("least")), Math.round(bound("most"))),
    space: spaceOf(plan, id),
  };
}

function rateOf(plan: Plan, id: StepId): Rate | undefined {
  if (id === "build") {
    if (plan.method !== "pg_upgrade") return RESTORED;
    return plan.volume.reflink ? CLONED : COPIED;
  }
  if (id !== "switch") return RATES[id];
  switch (plan.switch.kind) {
    case "none":
    case "tag":
    case "unit":
    case "quadlet":
    case "compose":
      return { start: range(0, 5) };
    case "manual":
    case "nixos":
    case "command":
      return undefined;
  }
}

function spaceOf(plan: Plan, id: StepId): Range {
  const { bytes, method, sorting, volume } = plan;
  if (id === "reindex") return range(0, 2 * (sorting?.bytes ?? 0));
  const of = ({ least, most }: Range) =>
    range(Math.round(bytes * least), Math.round(bytes * most));
  if (id === "dump") return of(DUMPED);
  if (id !== "build") return NONE;
  return method === "pg_upgrade" && volume.reflink
    ? of(range(0, 0.3))
    : of(REBUILT);
}

/** All steps of the downtime; what is the operator's own time is not in it. */
export function estimateDowntime(
  plan: Plan,
  ladder: readonly { readonly id: StepId }[],
): Range {
  const { begin, end } = downtimeSteps(plan);
  const ids = ladder.map(({ id }) => id);
  const within = ids.slice(ids.indexOf(begin), ids.indexOf(end) + 1);
  const all = within.map((id) => estimateStep(plan, id).ms ?? NONE);
  const sum = (which: keyof Range) =>
    all.reduce((total, found) => total + found[which], 0);
  return range(sum("least"), sum("most"));
}

/** Bytes beside the old data, for all that stays until the end. */
export function estimateSpace(
  plan: Plan,
  ladder: readonly { readonly id: StepId }[],
): Range {
  const all = ladder.map(({ id }) => estimateStep(plan, id).space);
  const sum = (which: keyof Range) =>
    all.reduce((total, found) => total + found[which], 0);
  return range(sum("least"), sum("most"));
}

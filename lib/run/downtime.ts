import type { Entry } from "../../journal/fact.ts";
import type { Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";
import { elapsed } from "./elapsed.ts";

/**
 * With which step's begin the downtime begins, and with which one's end it
 * ends: applications count where there are any.
 */
export function downtimeSteps(
  { writers }: Pick<Plan, "writers">,
): { begin: StepId; end: StepId } {
  return writers.some(({ active }) => active)
    ? { begin: "stop-writers", end: "start-writers" }
    : { begin: "close", end: "start" };
}

/** A time in which the database did not serve its applications. */
export interface Downtime {
  readonly from: Entry;
  /** Undefined as long as it lasts. */
  readonly to: Entry | undefined;
}

/** As the journal knows it: from a step's begin to another one's end. */
export function downtimesOf(plan: Plan, entries: readonly Entry[]): Downtime[] {
  const { begin, end } = downtimeSteps(plan);
  const found: Downtime[] = [];
  let from: Entry | undefined;
  for (const entry of entries) {
    const { fact } = entry;
    if (!("step" in fact)) continue;
    const begins = fact.type === "step-started" && fact.step === begin ||
      fact.type === "undo-started" && fact.step === end;
    const ends = fact.type === "step-done" && fact.step === end ||
      fact.type === "undo-done" && fact.step === begin;
    if (begins) from ??= entry;
    if (ends && from !== undefined) {
      found.push({ from, to: entry });
      from = undefined;
    }
  }
  return from === undefined ? found : [...found, { from, to: undefined }];
}

/** Milliseconds, up to `now` where it goes on. */
export function lengthOf(
  { from, to }: Downtime,
  now: Pick<Entry, "at" | "boot" | "ms">,
): number {
  return elapsed(from, to ?? now);
}

import * as v from "valibot";
import type { Entry, Evidence } from "../../journal/fact.ts";
import type { Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";
import { readJson } from "../base/json.ts";
import { elapsed, type Moment } from "./elapsed.ts";

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

/**
 * Evidence of the steps at both ends: when what writes was told to stop, and
 * when it had been started again. None in journals of earlier releases, and
 * where the process that did so did not come to record it.
 */
export const MOMENT = "pgladder.moment";

const MomentSchema = v.object({
  at: v.string(),
  boot: v.string(),
  ms: v.number(),
});

export function momentEvidence(moment: Moment | undefined): Evidence {
  if (moment === undefined) return {};
  const { at, boot, ms } = moment;
  return { [MOMENT]: JSON.stringify({ at, boot, ms }) };
}

function momentIn({ fact }: Entry): Moment | undefined {
  if (fact.type !== "step-done") return undefined;
  const { output, success } = readJson(
    MomentSchema,
    fact.evidence[MOMENT] ?? "",
  );
  return success ? output : undefined;
}

/** A time in which the database did not serve its applications. */
export interface Downtime {
  readonly from: Moment;
  /** Undefined as long as it lasts. */
  readonly to: Moment | undefined;
}

/**
 * As the journal knows it: from a step's begin to another one's end, and more
 * exactly where these steps have noted it.
 */
export function downtimesOf(plan: Plan, entries: readonly Entry[]): Downtime[] {
  const { begin, end } = downtimeSteps(plan);
  const found: Downtime[] = [];
  let from: Moment | undefined;
  let onward = false;
  for (const entry of entries) {
    const { fact } = entry;
    if (!("step" in fact)) continue;
    const starts = fact.type === "step-started" && fact.step === begin;
    const begins = starts ||
      fact.type === "undo-started" && fact.step === end;
    const ends = fact.type === "step-done" && fact.step === end ||
      fact.type === "undo-done" && fact.step === begin;
    if (begins && from === undefined) {
      from = entry;
      onward = starts;
    }
    if (from !== undefined && onward && fact.step === begin) {
      from = momentIn(entry) ?? from;
    }
    if (ends && from !== undefined) {
      found.push({ from, to: momentIn(entry) ?? entry });
      from = undefined;
    }
  }
  return from === undefined ? found : [...found, { from, to: undefined }];
}

/** Milliseconds, up to `now` where it goes on. */
export function lengthOf({ from, to }: Downtime, now: Moment): number {
  return elapsed(from, to ?? now);
}

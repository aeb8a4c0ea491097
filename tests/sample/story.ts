import type { Evidence, Fact } from "../../journal/fact.ts";
import { stepsOfPlan } from "../../journal/ladder.ts";
import type { Plan } from "../../journal/plan.ts";
import { type StepId, stepsOf } from "../../journal/step_id.ts";
import { samplePlan } from "./plan.ts";

/** Facts as runs leave them, told in few words. */

export const planned = (plan: Plan = samplePlan()): Fact => ({
  type: "run-planned",
  plan,
});

/** Of the sample plan. */
export const LADDER = stepsOf("dump");

export const started = (step: StepId, attempt = 1): Fact => ({
  type: "step-started",
  step,
  attempt,
});

export const done = (step: StepId, evidence: Evidence = {}): Fact => ({
  type: "step-done",
  step,
  evidence,
});

export const failed = (step: StepId, message: string): Fact => ({
  type: "step-failed",
  step,
  message,
});

export const undoing = (step: StepId): Fact => ({ type: "undo-started", step });
export const undone = (step: StepId): Fact => ({ type: "undo-done", step });

export const turnedBack = {
  type: "run-turned-back",
  reason: "the operator asked",
} as const satisfies Fact;

/** What `build` records, and what the later steps are judged by. */
export const BUILT: Evidence = {
  inode: "2002",
  attempt: "1",
  dump: "1",
  control: "c0ffee",
  checkpoint: "0/3000028",
  nextXid: "800",
  systemIdentifier: "7500000000000000001",
};

/** From the plan up to and with a step, without a hitch. */
export function upTo(last: StepId, plan: Plan = samplePlan()): Fact[] {
  const rungs = stepsOfPlan(plan);
  const steps = rungs.slice(0, rungs.indexOf(last) + 1);
  return [
    planned(plan),
    ...steps.flatMap((step) => [
      started(step),
      done(step, step === "build" ? BUILT : {}),
    ]),
  ];
}

/** From the top down to and with a step. */
export function downTo(last: StepId, top: StepId = "start-writers"): Fact[] {
  return LADDER
    .slice(LADDER.indexOf(last), LADDER.indexOf(top) + 1)
    .toReversed()
    .flatMap((step) => [undoing(step), undone(step)]);
}

export const lapse = (step: StepId): Fact => ({
  type: "step-lapsed",
  step,
  expected: "it whole",
  found: "none of it",
});

export const COMMITTED: readonly Fact[] = [
  ...upTo("start-writers"),
  { type: "run-committing" },
  { type: "run-closed", outcome: "committed" },
];

export const ROLLED_BACK: readonly Fact[] = [
  ...upTo("start-writers"),
  turnedBack,
  ...downTo("prepare"),
  { type: "run-closed", outcome: "rolled-back" },
];

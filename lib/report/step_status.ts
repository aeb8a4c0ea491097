import type { Entry } from "../../journal/fact.ts";
import { ladderOf, type State, type StepStatus } from "../../journal/fold.ts";
import type { StepId } from "../../journal/step_id.ts";
import { downtimesOf } from "../run/downtime.ts";
import { elapsed } from "../run/elapsed.ts";
import { measurementsIn, measurementsText } from "../job/measurements.ts";
import { ladderFor } from "../upgrade/ladder.ts";
import type { Context } from "../run/context.ts";
import {
  doingOf,
  progressOf,
  type StatusProgress,
  statusProgress,
} from "../job/progress.ts";
import { nextStep } from "../upgrade/loop.ts";

/** How far the upgrade is: what changes all the time, and costs little to ask. */
export interface LadderStatus {
  readonly run: string;
  readonly container: string;
  /** The current step. */
  readonly step: StepId | null;
  readonly steps: readonly StepStatusEntry[];
  /** When the downtime was begun that goes on. */
  readonly "downtime_since"?: string;
}

export async function ladderStatusOf(
  context: Context<"files">,
  entries: readonly Entry[],
): Promise<LadderStatus> {
  const { plan, state } = context;
  const step = stepInHand(context);
  const progress = await progressOf(context, step);
  return {
    run: plan.run,
    container: plan.container,
    step,
    steps: ladderOf(state).map((id) => ({
      ...stepEntry(id, state, entries),
      ...measuredOf(state.steps[id]),
      ...(id === step && progress !== undefined
        ? { phase: doingOf(progress), progress: statusProgress(progress) }
        : {}),
    })),
    ...downtimeSince(context, entries),
  };
}

function downtimeSince(
  { plan, state }: Context<"files">,
  entries: readonly Entry[],
) {
  const last = downtimesOf(plan, entries).at(-1);
  return last === undefined || last.to !== undefined ||
      state.closed !== undefined
    ? {}
    : { "downtime_since": last.from.at };
}

export interface StepStatusEntry {
  readonly id: StepId;
  readonly status:
    | "pending"
    | "started"
    | "failed"
    | "done"
    | "undoing"
    | "undone";
  readonly "started_at"?: string;
  /** Milliseconds from its last start to its end; none while it goes on. */
  readonly ms?: number;
  /** What the step's job is doing. */
  readonly phase?: string;
  readonly progress?: StatusProgress;
  /** What was measured when it was done, for a person. */
  readonly measured?: string;
}

function stepInHand(context: Context<"files">): StepId | null {
  const { state } = context;
  if (state.closed !== undefined || state.committing) return null;
  return nextStep(ladderFor(context), state)?.step.id ?? null;
}

function stepEntry(
  id: StepId,
  state: State,
  entries: readonly Entry[],
): StepStatusEntry {
  const { status } = state.steps[id];
  const own = entries.filter(({ fact }) => "step" in fact && fact.step === id);
  const start = own.findLast(({ fact }) =>
    fact.type === "step-started" || fact.type === "undo-started"
  );
  if (start === undefined) return { id, status: shown(status) };
  const end = own.find(({ fact, seq }) =>
    seq > start.seq && ["step-done", "step-failed", "undo-done"]
      .includes(fact.type)
  );
  const ms = end === undefined ? undefined : elapsed(start, end);
  return {
    id,
    status: shown(status),
    "started_at": start.at,
    ...(ms === undefined ? {} : { ms }),
  };
}

/** An invalidated step is to be done again: for a reader it has failed. */
function shown(status: StepStatus): StepStatusEntry["status"] {
  return status === "lapsed" ? "failed" : status;
}

function measuredOf({ evidence, status }: State["steps"][StepId]) {
  const figures = status === "done" ? measurementsIn(evidence) : undefined;
  const words = figures === undefined ? "" : measurementsText(figures);
  return words === "" ? {} : { measured: words };
}

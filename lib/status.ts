import type { Entry } from "../journal/fact.ts";
import {
  isComplete,
  ladderOf,
  type State,
  type StepStatus,
} from "../journal/fold.ts";
import type { Plan } from "../journal/plan.ts";
import type { StepId } from "../journal/step_id.ts";
import { elapsed } from "./elapsed.ts";
import { figuresIn, figureWords } from "./figures.ts";
import { ladderFor } from "./ladder.ts";
import { namesOf } from "./names.ts";
import { isPlug } from "./plug.ts";
import { progressOf } from "./progress.ts";
import type { Ports } from "./port/ports.ts";
import { inHand } from "./runner.ts";
import { isBegun } from "./step/step.ts";
import { rollbackOf } from "./way_back.ts";

/** `status --json`: fields are added, never renamed. */
export interface Status {
  readonly run: string;
  readonly container: string;
  /** The words that began the run. */
  readonly asked: readonly string[];
  /** Some process is at work on it; only where that was looked at. */
  readonly "at_work"?: boolean;
  readonly state:
    | "open"
    | "waiting"
    | "turned-back"
    | "committing"
    | "upgraded"
    | "rolled-back"
    | "committed";
  readonly from: { image: string; version: string };
  readonly to: { image: string; version: string };
  readonly method: string;
  /** The step in hand. */
  readonly step: StepId | null;
  readonly steps: readonly StepStatusEntry[];
  readonly database: {
    /** A server is at work on the volume. */
    readonly serving: boolean;
    readonly version?: string;
    readonly volume: string;
    /** What the run keeps beside them: the old data, or the aborted new ones. */
    readonly kept?: string;
    /** One sentence for a person. */
    readonly words: string;
  };
  readonly rollback: {
    readonly moves: readonly string[];
    readonly loses: string;
    /** What the new version had taken at its last checkpoint. */
    readonly taken?: { transactions: number; bytes: number };
  };
  readonly next: readonly string[];
  readonly message: string;
  /** After the upgrade: configuration, container and volume do not agree. */
  readonly disagreements?: readonly { found: string; remedy: string }[];
  readonly journal: string;
  readonly log: string;
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
  readonly progress?: { done: number; total: number; unit: string };
  /** What was measured when it was done, for a person. */
  readonly measured?: string;
}

/** What a host shows on which neither runtime nor systemd need to work. */
export async function statusOf(
  plan: Plan,
  state: State,
  entries: readonly Entry[],
  ports: Pick<Ports, "files" | "clusters">,
  journal: string,
): Promise<Status> {
  const overall = overallOf(state);
  const failed = ladderOf(state).find((id) => state.steps[id].message !== "");
  const step = stepInHand(plan, state);
  const progress = await progressOf(plan, state, step, ports.files);
  return {
    run: plan.run,
    container: plan.container,
    asked: plan.asked,
    state: overall,
    from: { image: plan.from.reference, version: plan.from.version },
    to: { image: plan.to.reference, version: plan.to.version },
    method: plan.method,
    step,
    steps: ladderOf(state).map((id) => ({
      ...stepEntry(id, state, entries),
      ...measuredOf(state.steps[id]),
      ...(id === step && progress !== undefined
        ? {
          phase: progress.database
            ? `${progress.phase} ${progress.database}`
            : progress.phase,
          progress: {
            done: progress.done,
            total: progress.total,
            unit: progress.unit,
          },
        }
        : {}),
    })),
    database: await databaseOf(plan, state, ports),
    rollback: await rollbackOf(plan, state, ports),
    next: nextOf(
      plan,
      overall,
      await ports.files.look(plan.aborted) !== undefined,
    ),
    message: state.waiting?.ask ??
      (failed === undefined ? "" : `${failed}: ${state.steps[failed].message}`),
    journal,
    log: state.closed === undefined ? namesOf(plan).jobs : "removed",
  };
}

export function overallOf(state: State): Status["state"] {
  if (state.closed !== undefined) return state.closed;
  if (state.committing) return "committing";
  if (state.waiting !== undefined) return "waiting";
  if (state.direction === "down") return "turned-back";
  return isComplete(state) ? "upgraded" : "open";
}

function stepInHand(plan: Plan, state: State): StepId | null {
  if (state.closed !== undefined || state.committing) return null;
  return inHand(ladderFor(plan), state)?.step.id ?? null;
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

/** A lapsed step is to be done again: for a reader it has failed. */
function shown(status: StepStatus): StepStatusEntry["status"] {
  return status === "lapsed" ? "failed" : status;
}

async function databaseOf(
  plan: Plan,
  state: State,
  { files, clusters }: Pick<Ports, "files" | "clusters">,
): Promise<Status["database"]> {
  const { volume } = namesOf(plan);
  const holders = await files.look(volume) === undefined
    ? []
    : await files.holders(volume);
  const serving = holders.some(({ name, working }) =>
    working && name.startsWith("postgres")
  );
  const word = serving ? "serves" : "does not serve";
  const place = await placeOf(plan, state, files);
  const kept = await keptBeside(plan, place.volume, files);
  const cluster = place.there
    ? await clusters.look(`${place.volume}/${place.image.cluster}`)
    : undefined;
  if (cluster === undefined) {
    return {
      serving,
      volume: place.volume,
      ...kept,
      words:
        `the data that belong in ${place.volume} cannot be seen there: look before you move anything`,
    };
  }
  const closed = place.volume === plan.backup
    ? `, it is closed; all rows are in ${plan.backup}`
    : `, it is in ${place.volume}`;
  return {
    serving,
    version: cluster.version,
    volume: place.volume,
    ...kept,
    words: `PostgreSQL ${cluster.version} ${word}${closed}`,
  };
}

/** Which data count now, where they belong, and whether they are there. */
async function placeOf(
  plan: Plan,
  state: State,
  files: Ports["files"],
) {
  const { backup, volume } = namesOf(plan);
  const inode = (await files.look(volume))?.inode;
  if (inode === plan.volume.inode) {
    return { image: plan.from, volume, there: true };
  }
  if (inode !== undefined && inode === state.steps.build.evidence.inode) {
    return { image: plan.to, volume, there: true };
  }
  // Once the new data were put there, only the plug says that the old ones
  // count: these may have fewer rows.
  if (
    isBegun(state, "swap") &&
    !await isPlug(plan, { files }, volume)
  ) return { image: plan.to, volume, there: false };
  const there = (await files.look(backup))?.inode === plan.volume.inode;
  return { image: plan.from, volume: backup, there };
}

async function keptBeside(plan: Plan, volume: string, files: Ports["files"]) {
  if (volume === plan.backup) return {};
  const { inode } = await files.look(plan.backup) ?? {};
  if (inode === plan.volume.inode) return { kept: plan.backup };
  return await files.look(plan.aborted) === undefined
    ? {}
    : { kept: plan.aborted };
}

function measuredOf({ evidence, status }: State["steps"][StepId]) {
  const figures = status === "done" ? figuresIn(evidence) : undefined;
  const words = figures === undefined ? "" : figureWords(figures);
  return words === "" ? {} : { measured: words };
}

function nextOf(
  plan: Plan,
  overall: Status["state"],
  keptAborted: boolean,
): readonly string[] {
  const name = plan.container;
  switch (overall) {
    case "open":
    case "waiting":
      return [`pgladder resume ${name}`, `pgladder rollback ${name}`];
    case "turned-back":
      return [`pgladder resume ${name}`];
    case "upgraded":
    case "committing":
      return [
        `pgladder commit ${name}`,
        ...(overall === "upgraded" ? [`pgladder rollback ${name}`] : []),
      ];
    case "rolled-back":
      return keptAborted ? [`pgladder commit ${name}`] : [];
    case "committed":
      return [];
  }
}

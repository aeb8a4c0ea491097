import type { State } from "../../journal/fold.ts";
import type { Plan } from "../../journal/plan.ts";
import type { Ports } from "../port/ports.ts";
import { type Names, namesOf } from "./paths.ts";

/** What was decided of a run, and the name of everything that it uses. */
export interface PlannedRun {
  readonly plan: Plan;
  readonly names: Names;
}

/**
 * A run on its host: made once where the run is opened, and handed down. Who
 * needs but some of the ports says which.
 */
export interface RunContext<Needed extends keyof Ports = keyof Ports>
  extends PlannedRun {
  readonly ports: Pick<Ports, Needed>;
}

/** The same at one moment: what the journal says by now. */
export interface Context<Needed extends keyof Ports = keyof Ports>
  extends RunContext<Needed> {
  readonly state: State;
  /** For the one step that asks a server what the plan could not know. */
  readonly judge?: Judge;
}

/** The checks on what an old cluster answered: they are none of the ladder's. */
export type Judge = (
  run: RunContext,
  answers: string,
) => Promise<Verdict>;

/** What the plan lacks where no server answered when it was made. */
export type Learned = Pick<Plan, "initdbArgs" | "loading">;

export interface Verdict {
  readonly learned: Learned;
  /** Phrases: what is worth a word, and what keeps the run from going on. */
  readonly notes: readonly string[];
  readonly refused: readonly string[];
}

export const plannedRun = (plan: Plan): PlannedRun => ({
  plan,
  names: namesOf(plan),
});

export const contextOf = <Needed extends keyof Ports>(
  plan: Plan,
  ports: Pick<Ports, Needed>,
): RunContext<Needed> => ({ ...plannedRun(plan), ports });

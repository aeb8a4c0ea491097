import { type Scenario, SCENARIOS } from "../fake/scenario.ts";
import type { Trouble } from "../fake/trouble.ts";

/** All that happens in one case, in data: so a failing one can be told again. */
export interface Story {
  /** Index into SCENARIOS. */
  readonly scenario: number;
  readonly troubles: readonly Trouble[];
  /** Names of moves: what the world does after the first life, the second, … */
  readonly moves: readonly string[];
  /** After so many lives, or at the top, a person rolls back. */
  readonly turn?: number;
  /** A person commits at the end. */
  readonly commit?: boolean;
  /** At the top a person rolls back, hears what is lost, and says no. */
  readonly declines?: boolean;
  /** Asks for the status before each life. */
  readonly status?: boolean;
  /** Looks that fail, by number. */
  readonly blind?: readonly number[];
  /** Ticks of the host that a job's phase takes. */
  readonly pace?: number;
  /** A job that fails by itself there. */
  readonly sick?: { readonly script: string; readonly phase: number };
  /** The random story that it is. */
  readonly seed?: number;
  /** Every system call on the journal counts, not only its renames. */
  readonly fine?: boolean;
}

export function scenarioOf({ scenario }: Story): Scenario {
  const found = SCENARIOS[scenario];
  if (found === undefined) throw new Error(`No scenario ${scenario}`);
  return found;
}

import type { Clock } from "../../../journal/journal.ts";
import type { Args } from "../args.ts";
import type { Operator, Screen } from "../../port/operator.ts";
import type { Ports } from "../../port/ports.ts";

/** What main.ts hands to a command. */
export interface App {
  readonly args: Args;
  readonly ports: Ports;
  readonly operator: Operator;
  /** None where nobody watches. */
  readonly screen?: Screen;
  readonly clock: Clock;
  /** This program's version. */
  readonly tool: string;
  readonly hostname: string;
  /** The person who became root for this, where it is known. */
  readonly login?: string;
  /** The words after the program's name, for the journal. */
  readonly words: readonly string[];
  readonly runtime: "podman" | "docker";
  /** The same for a run of another runtime; absent where there is but one. */
  readonly inRuntime?: (runtime: "podman" | "docker") => App;
  /** The absolute path of the runtime's program. */
  readonly program: string;
  /** Where the person is, for files that are not named. */
  readonly directory: string;
  /** `--trust-parents`: whoever may change what is above the data is good. */
  readonly trustParents?: boolean;
  readonly processors: number;
  /** Of the terminal. */
  readonly columns: number;
  /** Keeps the commands that are run from now on in this file. */
  readonly logCommands?: (path: string) => void;
  /** The words that start this program again. */
  readonly self: readonly string[];
}

/** One verb; resolves to the exit code. */
export type Command = (app: App) => Promise<number>;

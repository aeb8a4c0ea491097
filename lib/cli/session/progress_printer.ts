import {
  type Meter,
  meterLines,
  meterOf,
  meterWords,
} from "../../report/progress_text.ts";
import type { ClimbStatus, StepStatusEntry } from "../../report/step_status.ts";
import type { App } from "../command/command.ts";

/** Without a terminal a line is worth writing this seldom, in milliseconds. */
const QUIET_MS = 30_000;
const JSON_MS = 5_000;

/** One line of `upgrade --json`: fields are added, never renamed. */
export interface ProgressLine {
  readonly type: "progress";
  readonly run: string;
  readonly container: string;
  readonly at: string;
  /** The step's place on the ladder, from 1. */
  readonly number: number;
  readonly of: number;
  readonly "downtime_since"?: string;
  readonly step: StepStatusEntry;
}

interface Manner {
  /** Milliseconds between two of its looks. */
  readonly everyMs: number;
  /** It says which step begins, too; who climbs does that himself. */
  readonly announces: boolean;
  /** What a line of JSON says. */
  readonly json: (climb: ClimbStatus, at: string) => object | undefined;
}

/**
 * Tells how far a climb is: on a terminal by lines that are drawn again and
 * again, in a log by a line at every piece of news and now and then.
 */
export class Teller {
  #said = "";
  #step = "";
  #quietMs = 0;

  constructor(readonly app: App, readonly manner: Manner) {}

  tell(climb: ClimbStatus): void {
    const { at } = this.app.ports.host.now();
    const { options } = this.app.args;
    this.#quietMs += this.manner.everyMs;
    if (options.json) return this.#tellJson(climb, at);
    const meter = meterOf(climb, at);
    if (this.app.screen?.live) this.#draw(climb, meter);
    else this.#log(climb, meter);
  }

  /** Nothing drawn is left. */
  end(): void {
    this.app.screen?.draw([]);
  }

  #tellJson(climb: ClimbStatus, at: string) {
    if (!this.#isNews(climb) && this.#quietMs < JSON_MS) return;
    const line = this.manner.json(climb, at);
    if (line !== undefined) this.app.operator.print(JSON.stringify(line));
    this.#quietMs = 0;
  }

  #draw(climb: ClimbStatus, meter: Meter | undefined) {
    const { screen } = this.app;
    const line = stepLine(climb);
    if (this.manner.announces && line !== this.#step) {
      this.app.operator.print(line);
    }
    this.#step = line;
    screen?.draw(
      meter === undefined ? [] : meterLines(meter, screen.size.columns - 1),
    );
  }

  #log(climb: ClimbStatus, meter: Meter | undefined) {
    const news = this.#isNews(climb);
    if (news && this.manner.announces) {
      const words = meter === undefined || phaseOf(climb) === ""
        ? ""
        : `: ${meterWords(meter).trim()}`;
      this.#write(`${stepLine(climb)}${words}`);
      this.#quietMs = 0;
    } else if (this.#quietMs >= QUIET_MS && meter !== undefined) {
      this.#write(meterWords(meter));
      this.#quietMs = 0;
    }
  }

  /** Who climbs says it all on standard error; who follows has a result. */
  #write(line: string) {
    if (this.manner.announces) this.app.operator.print(line);
    else this.app.ports.host.say(line);
  }

  /** A new step or a new phase is news; a new figure alone is not. */
  #isNews(climb: ClimbStatus): boolean {
    const now = `${stepLine(climb)} ${phaseOf(climb)}`;
    const news = now !== this.#said;
    this.#said = now;
    return news;
  }
}

const inHand = ({ step, steps }: ClimbStatus) =>
  steps.find(({ id }) => id === step);

const phaseOf = (climb: ClimbStatus) => inHand(climb)?.phase ?? "";

function stepLine(climb: ClimbStatus): string {
  const entry = inHand(climb);
  if (entry === undefined) return `${climb.container}: at the ladder's end`;
  const number = climb.steps.indexOf(entry) + 1;
  return `[${number}/${climb.steps.length}] ${entry.id} ${entry.status}`;
}

/** Undefined where no step is in hand. */
export function progressLine(
  climb: ClimbStatus,
  at: string,
): ProgressLine | undefined {
  const step = inHand(climb);
  const { container, downtime_since: since, run, steps } = climb;
  return step && {
    type: "progress",
    run,
    container,
    at,
    number: steps.indexOf(step) + 1,
    of: steps.length,
    ...(since === undefined ? {} : { "downtime_since": since }),
    step,
  };
}

import {
  type Meter,
  meterLines,
  meterOf,
  meterWords,
} from "../../report/progress_text.ts";
import type {
  LadderStatus,
  StepStatusEntry,
} from "../../report/step_status.ts";
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
  /** It says which step begins, too; the upgrade itself says so already. */
  readonly announces: boolean;
  /** What a line of JSON says. */
  readonly json: (ladder: LadderStatus, at: string) => object | undefined;
}

/**
 * Prints how far an upgrade is: on a terminal by lines that are drawn again and
 * again, in a log by a line at every piece of news and now and then.
 */
export class ProgressPrinter {
  #said = "";
  #step = "";
  #quietMs = 0;

  constructor(readonly app: App, readonly manner: Manner) {}

  print(ladder: LadderStatus): void {
    const { at } = this.app.ports.host.now();
    const { options } = this.app.args;
    this.#quietMs += this.manner.everyMs;
    if (options.json) return this.#printJson(ladder, at);
    const meter = meterOf(ladder, at);
    if (this.app.screen?.live) this.#draw(ladder, meter);
    else this.#log(ladder, meter);
  }

  /** Nothing drawn is left. */
  end(): void {
    this.app.screen?.draw([]);
  }

  #printJson(ladder: LadderStatus, at: string) {
    if (!this.#isNews(ladder) && this.#quietMs < JSON_MS) return;
    const line = this.manner.json(ladder, at);
    if (line !== undefined) this.app.operator.print(JSON.stringify(line));
    this.#quietMs = 0;
  }

  #draw(ladder: LadderStatus, meter: Meter | undefined) {
    const { screen } = this.app;
    const line = stepLine(ladder);
    if (this.manner.announces && line !== this.#step) {
      this.app.operator.print(line);
    }
    this.#step = line;
    screen?.draw(
      meter === undefined ? [] : meterLines(meter, screen.size.columns - 1),
    );
  }

  #log(ladder: LadderStatus, meter: Meter | undefined) {
    const news = this.#isNews(ladder);
    if (news && this.manner.announces) {
      const words = meter === undefined || phaseOf(ladder) === ""
        ? ""
        : `: ${meterWords(meter).trim()}`;
      this.#write(`${stepLine(ladder)}${words}`);
      this.#quietMs = 0;
    } else if (this.#quietMs >= QUIET_MS && meter !== undefined) {
      this.#write(meterWords(meter));
      this.#quietMs = 0;
    }
  }

  /** The upgrade says it all on standard error; status --follow prints a result. */
  #write(line: string) {
    if (this.manner.announces) this.app.operator.print(line);
    else this.app.ports.host.say(line);
  }

  /** A new step or a new phase is news; a new figure alone is not. */
  #isNews(ladder: LadderStatus): boolean {
    const now = `${stepLine(ladder)} ${phaseOf(ladder)}`;
    const news = now !== this.#said;
    this.#said = now;
    return news;
  }
}

const stepInHand = ({ step, steps }: LadderStatus) =>
  steps.find(({ id }) => id === step);

const phaseOf = (ladder: LadderStatus) => stepInHand(ladder)?.phase ?? "";

function stepLine(ladder: LadderStatus): string {
  const entry = stepInHand(ladder);
  if (entry === undefined) return `${ladder.container}: at the ladder's end`;
  const number = ladder.steps.indexOf(entry) + 1;
  return `[${number}/${ladder.steps.length}] ${entry.id} ${entry.status}`;
}

/** Undefined where no step is current. */
export function progressLine(
  ladder: LadderStatus,
  at: string,
): ProgressLine | undefined {
  const step = stepInHand(ladder);
  const { container, downtime_since: since, run, steps } = ladder;
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

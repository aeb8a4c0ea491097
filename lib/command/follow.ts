import { EXIT } from "../failure.ts";
import { StoppedError } from "../job_control.ts";
import { closing, phaseText } from "../report.ts";
import type { Status } from "../status.ts";
import { isAtWork } from "./at_work.ts";
import type { App } from "./command.ts";

const POLL_MS = 500;
/** Without a terminal a line is worth writing this seldom, in milliseconds. */
const QUIET_MS = 30_000;
/** Nobody has held the run for so long: it does not move. In milliseconds. */
const IDLE_MS = 3000;

/**
 * Shows what happens, a line for each change, until nothing moves any more.
 * With `--json` each line is a whole status.
 */
export async function follow(
  app: App,
  look: () => Promise<Status | undefined>,
): Promise<number> {
  const { host } = app.ports;
  let shown = "";
  let quiet = 0;
  let idle = 0;
  let status = await look();
  while (status !== undefined) {
    const line = app.args.options.json
      ? JSON.stringify(status)
      : lineOf(status);
    quiet += POLL_MS;
    if (line !== shown && (isNews(line, shown) || quiet >= QUIET_MS)) {
      app.operator.print(line);
      shown = line;
      quiet = 0;
    }
    idle = await isAtWork(app, status.journal) ? 0 : idle + POLL_MS;
    if (idle > IDLE_MS) break;
    if (host.stopAsked) throw new StoppedError(host.stopAsked);
    await host.sleep(POLL_MS);
    // Once a run is closed its journal is gone from its place.
    const next = await look();
    if (next === undefined) break;
    status = next;
  }
  if (status !== undefined && !app.args.options.json) {
    app.operator.print(closing(status));
  }
  return EXIT.done;
}

function lineOf(status: Status): string {
  const step = status.steps.find(({ id }) => id === status.step);
  if (step === undefined) return `${status.container}: ${status.state}`;
  const number = status.steps.indexOf(step) + 1;
  const phase = step.phase === undefined ? "" : `: ${phaseText(step)}`;
  return `[${number}/${status.steps.length}] ${step.id} ${step.status}${phase}`;
}

/** A new step or a new phase is news; a new figure alone is not. */
function isNews(line: string, shown: string): boolean {
  const words = (text: string) => text.replace(/\d+ of \d+/, "");
  return words(line) !== words(shown);
}

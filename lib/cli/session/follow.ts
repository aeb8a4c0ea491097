import { EXIT } from "../../base/exit_code.ts";
import { closing } from "../../report/status_text.ts";
import type { Status } from "../../report/status.ts";
import { isAtWork } from "./lock_holder.ts";
import type { App } from "../command/command.ts";
import { ProgressPrinter } from "./progress_printer.ts";

const POLL_MS = 500;
/** Nobody has held the run for so long: it does not move. In milliseconds. */
const IDLE_MS = 3000;

/**
 * Shows what happens as the upgrade itself would show it, until nothing moves
 * any more. With `--json` each line is a whole status.
 */
export async function follow(
  app: App,
  look: () => Promise<Status | undefined>,
): Promise<number> {
  const { host } = app.ports;
  let idle = 0;
  let status = await look();
  const printer = new ProgressPrinter(app, {
    everyMs: POLL_MS,
    announces: true,
    json: () => status,
  });
  while (status !== undefined && !app.screen?.gone) {
    printer.print(status);
    idle = await isAtWork(app, status.journal) ? 0 : idle + POLL_MS;
    if (idle > IDLE_MS) break;
    // Who watches stops nothing but the watching.
    if (host.stopAsked) break;
    await host.sleep(POLL_MS);
    // Once a run is closed its journal is gone from its place.
    const next = await look();
    if (next === undefined) break;
    status = next;
  }
  printer.end();
  if (status !== undefined && !app.args.options.json) {
    app.operator.print(
      host.stopAsked
        ? "You have stopped watching; the run goes on."
        : closing(status),
    );
  }
  return EXIT.done;
}

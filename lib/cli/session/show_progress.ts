import { ladderStatusOf } from "../../report/step_status.ts";
import type { App } from "../command/command.ts";
import type { RunContext } from "../../run/context.ts";
import type { OpenRun } from "../../run/registry.ts";
import { progressLine, ProgressPrinter } from "./progress_printer.ts";

/** Milliseconds between two looks; jobs say how far they are once a second. */
const EVERY_MS = 1000;

/** What is shown of: an open run, or a rehearsal. */
type Shown = RunContext<"files"> & Pick<OpenRun, "journal">;

/**
 * Does something with the run, and shows meanwhile how far it is. It only
 * reads: whether anybody watches makes no difference to the upgrade.
 */
export async function showing<T>(
  app: App,
  run: Shown,
  action: () => Promise<T>,
): Promise<T> {
  if (app.screen === undefined) return await action();
  const printer = new ProgressPrinter(app, {
    everyMs: EVERY_MS,
    announces: false,
    json: progressLine,
  });
  const over = new AbortController();
  const shown = show(run, printer, over.signal);
  try {
    return await action();
  } finally {
    over.abort();
    await shown;
    printer.end();
  }
}

async function show(
  run: Shown,
  printer: ProgressPrinter,
  over: AbortSignal,
) {
  while (!over.aborted) {
    await pause(over, EVERY_MS);
    if (over.aborted) return;
    try {
      const { entries, state } = run.journal;
      const ladder = await ladderStatusOf({ ...run, state }, entries);
      if (!over.aborted) printer.print(ladder);
    } catch {
      // What cannot be read now is not shown now; the upgrade itself will say
      // what is wrong with its disk.
      continue;
    }
  }
}

/** Not the host's sleep: a signal that ends that one ends the upgrade as well. */
export function pause(over: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      over.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    over.addEventListener("abort", wake);
  });
}

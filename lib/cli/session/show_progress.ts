import { ladderStatusOf } from "../../report/step_status.ts";
import type { App } from "../command/command.ts";
import type { OpenRun } from "../../run/registry.ts";
import { progressLine, ProgressPrinter } from "./progress_printer.ts";

/** Milliseconds between two looks; jobs say how far they are once a second. */
const EVERY_MS = 1000;

/**
 * Does something with the run, and shows meanwhile how far it is. It only
 * reads: whether anybody watches makes no difference to the upgrade.
 */
export async function showing<T>(
  app: App,
  run: Pick<OpenRun, "journal" | "plan">,
  action: () => Promise<T>,
): Promise<T> {
  if (app.screen === undefined) return await action();
  const printer = new ProgressPrinter(app, {
    everyMs: EVERY_MS,
    announces: false,
    json: progressLine,
  });
  const over = new AbortController();
  const shown = show(app, run, printer, over.signal);
  try {
    return await action();
  } finally {
    over.abort();
    await shown;
    printer.end();
  }
}

async function show(
  { ports }: App,
  { journal, plan }: Pick<OpenRun, "journal" | "plan">,
  printer: ProgressPrinter,
  over: AbortSignal,
) {
  while (!over.aborted) {
    await pause(over, EVERY_MS);
    if (over.aborted) return;
    try {
      const { entries, state } = journal;
      const ladder = await ladderStatusOf(plan, state, entries, ports.files);
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

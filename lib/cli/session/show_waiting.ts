import { duration } from "../../base/format.ts";
import type { Waiting } from "../../configuration/find.ts";
import type { App } from "../command/command.ts";
import { pause } from "./show_progress.ts";

/** Milliseconds between two drawings. */
const EVERY_MS = 1000;

/**
 * A line on the terminal says what is waited for and how long it has been. In
 * a log, or where a program reads, nothing is said.
 */
export function waitingOn(
  { args, ports: { host }, screen }: Pick<App, "args" | "ports" | "screen">,
): Waiting {
  return async (words, action) => {
    if (!screen?.live || args.options.json) return await action();
    const begun = host.now().ms;
    const over = new AbortController();
    const draw = async () => {
      while (true) {
        await pause(over.signal, EVERY_MS);
        if (over.signal.aborted) return;
        screen.draw([`${words}: ${duration(host.now().ms - begun)}`]);
      }
    };
    const drawn = draw();
    try {
      return await action();
    } finally {
      over.abort();
      await drawn;
      screen.draw([]);
    }
  };
}

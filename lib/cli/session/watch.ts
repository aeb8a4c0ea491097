import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { meterLines, meterOf } from "../../report/progress_text.ts";
import { statusList, statusText } from "../../report/status_text.ts";
import type { Status } from "../../report/status.ts";
import type { App } from "../command/command.ts";

const EVERY_MS = 1000;

/**
 * The present status, again and again, until Ctrl-C ends it or the
 * terminal is gone. It only looks, and ends well whatever it sees.
 *
 * @throws {Failure} "usage": there is no terminal for it
 */
export async function watch(
  app: App,
  look: () => Promise<readonly Status[]>,
): Promise<number> {
  const { args, ports: { host }, screen } = app;
  if (!screen?.pages || args.options.json) {
    throw new Failure("usage", {
      problem: "--watch needs a terminal",
      hint: 'Use "pgladder status --follow", or --json without --watch',
    });
  }
  while (host.stopAsked === undefined && !screen.gone) {
    const found = await look();
    screen.fill(pageOf(found, host.now().at, screen.size.columns));
    await host.sleep(EVERY_MS);
  }
  screen.leave();
  return EXIT.done;
}

export function pageOf(
  found: readonly Status[],
  at: string,
  columns: number,
): string {
  const [only] = found;
  const meter = found.length === 1 && only !== undefined
    ? meterOf(only, at)
    : undefined;
  return [
    `${at.slice(11, 19)}Z, every second; Ctrl-C ends it`,
    "",
    only === undefined
      ? "No upgrade is open on this host."
      : found.length === 1
      ? statusText(only, columns - 1)
      : statusList(found),
    ...(meter === undefined ? [] : ["", ...meterLines(meter, columns - 1)]),
  ].join("\n");
}

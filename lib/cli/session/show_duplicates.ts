import { Failure } from "../../base/failure.ts";
import {
  keyLines,
  questionIn,
  questionPath,
} from "../../upgrade/service/duplicates.ts";
import type { OpenRun } from "../../run/registry.ts";
import type { App } from "../command/command.ts";

/**
 * Keys are rows: they are shown where a person sits, and nowhere else. Whoever
 * is not at a terminal is told which file has them.
 */
export async function showDuplicates(
  app: App,
  { journal, names, ports }: OpenRun,
  cause: unknown,
): Promise<void> {
  const { steps, waiting } = journal.state;
  if (
    !(cause instanceof Failure) || cause.code !== "waiting" ||
    waiting?.step !== "reindex"
  ) return;
  const { files, host } = ports;
  const directory = names.job("reindex", steps.reindex.attempt);
  const question = await questionIn(directory, files);
  if (question === undefined) return;
  if (app.operator.present) {
    for (const line of keyLines(question)) host.say(line);
  }
  host.say(`All keys that are shown stand in ${questionPath(directory)}`);
}

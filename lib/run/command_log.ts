import * as v from "valibot";
import { stateDirectoryOf } from "./paths.ts";
import type { Ports } from "../port/ports.ts";
import { readJson } from "../base/json.ts";

/**
 * A command that pgladder has run and that has ended. What only asks is left
 * out, and what ran in the jobs' containers, which tell of themselves.
 */
const LoggedCommandSchema = v.object({
  /** When it had ended, as ISO 8601. */
  at: v.string(),
  command: v.pipe(v.array(v.string()), v.readonly()),
  /** Its exit code. */
  code: v.number(),
  /** Milliseconds that it took. */
  ms: v.number(),
});

export type LoggedCommand = v.InferOutput<typeof LoggedCommandSchema>;

/** Beside the journals of closed runs, where it stays when the run is closed. */
export const commandLogPathOf = (volume: string, run: string) =>
  `${stateDirectoryOf(volume)}/history/${run}.commands`;

/** One a line, in the order in which they ended; none where none was kept. */
export async function readCommandLog(
  path: string,
  { files }: Pick<Ports, "files">,
): Promise<readonly LoggedCommand[]> {
  const lines = (await files.readText(path) ?? "").split("\n");
  // A death may have cut the last one short.
  return lines.map((line) => readJson(LoggedCommandSchema, line))
    .flatMap(({ output, success }) => success ? [output] : []);
}

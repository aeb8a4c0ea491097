import { INSIDE } from "../sample/answers.ts";
import { liveFacts } from "./answers.ts";
import { put } from "./disk.ts";
import type { Outcome, Work } from "./job.ts";
import { withOldServer } from "./job_dump.ts";

/** ask.sh. */
export function stepAsk(work: Work): Outcome {
  const { world, container, directory } = work;
  return withOldServer(work, [(data) => {
    const live = liveFacts(world, container, data);
    if (live === undefined) return { error: "The old server did not start" };
    const found = JSON.stringify({ before: "shut down", unlogged: {} });
    const text = `${[live, "[]", found, INSIDE].join("\n")}\n`;
    put(world.disk, directory, "answers", text, false);
    return "next";
  }]);
}

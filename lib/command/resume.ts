import { EXIT } from "../failure.ts";
import { climb } from "../runner.ts";
import { ladderFor } from "../ladder.ts";
import type { App } from "./command.ts";
import { finishCommit } from "./commit.ts";
import { isUpgraded, printClosing, takeRun } from "./open_run.ts";
import { descend } from "./rollback.ts";

/** Goes on where it stands, in the direction it was going. */
export async function resume(app: App): Promise<number> {
  const run = await takeRun(app);
  const { state } = run.journal;
  if (state.committing) return await finishCommit(app, run);
  if (state.direction === "down") return await descend(app, run);
  if (isUpgraded(state)) {
    app.ports.host.say(
      "The upgrade is complete already; looking whether all holds",
    );
  }
  await climb({
    ladder: ladderFor(run.plan),
    journal: run.journal,
    ports: app.ports,
  });
  await printClosing(app, run);
  return EXIT.done;
}

import { isComplete } from "../../../journal/fold.ts";
import type { App } from "./command.ts";
import { runUpgrade } from "../session/run_steps.ts";
import { detach } from "../session/detach.ts";
import { finishCommit } from "../session/finish_commit.ts";
import { takeRun, withRun } from "../session/open_run.ts";
import { goBack, leftToServe, serveOld } from "../session/serve_old.ts";

/** Goes on where it stands, in the direction it was going. */
export async function resume(app: App): Promise<number> {
  const left = await leftToServe(app);
  if (left !== undefined) return await serveOld(app, left, left.words);
  const run = await takeRun(app);
  const { state } = run.journal;
  if (app.args.options.detach) return await detach(app, run);
  if (state.direction === "down") return await goBack(app, run);
  return await withRun(app, run, async () => {
    if (state.committing) return await finishCommit(app, run);
    if (isComplete(state)) {
      app.ports.host.say(
        "The upgrade is complete already; checking that nothing of it is gone",
      );
    }
    return await runUpgrade(app, run);
  });
}

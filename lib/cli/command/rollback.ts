import { Failure } from "../../base/failure.ts";
import { requireWayBack } from "../../upgrade/refuse.ts";
import { ladderFor } from "../../upgrade/ladder.ts";
import { measureLoss } from "../../upgrade/loss.ts";
import { servedImage } from "../../upgrade/service/unserved.ts";
import { isBegun } from "../../upgrade/contract.ts";
import type { App } from "./command.ts";
import { detach } from "../session/detach.ts";
import { takeRun, withRun } from "../session/open_run.ts";
import { momentOf, type OpenRun } from "../../run/registry.ts";
import { rollBack } from "../session/run_steps.ts";
import {
  requireOldAsked,
  serveOld,
  typedToOld,
  wordsToOld,
} from "../session/serve_old.ts";
import { confirm } from "../session/confirm.ts";

/** Undoes, move by move, in reverse. */
export async function rollback(app: App): Promise<number> {
  const run = await takeRun(app);
  const { journal, plan } = run;
  requireOldAsked(app, plan);
  if (journal.state.committing) {
    throw new Failure("cannot-roll-back", {
      reason: "the run is being committed, and its old data may be gone",
      hint: `Finish with "pgladder commit ${plan.container}"`,
    });
  }
  if (journal.state.closed === undefined && journal.state.direction === "up") {
    const look = () => requireWayBack(ladderFor(run), momentOf(run));
    await withRun(app, run, look);
    await askFirst(app, run);
    journal.append({ type: "run-turned-back", reason: "the operator asked" });
  }
  if (app.args.options.detach) return await detach(app, run);
  const old = app.args.options["to-old"] && await wordsToOld(app, plan);
  if (old) {
    app.ports.host.say(
      `After the way back this follows; if it is cut short, type it yourself: ${
        typedToOld(old)
      }`,
    );
  }
  const code = await withRun(app, run, () => rollBack(app, run));
  return old ? await serveOld(app, plan, old) : code;
}

/** Nothing is stopped for a question that nobody is there to answer. */
async function askFirst(app: App, run: OpenRun) {
  const { container } = run.plan;
  const given = app.args.options.confirm;
  if (given !== undefined && given !== container) {
    throw new Failure("usage", {
      problem: `--confirm names "${given}", the run is of "${container}"`,
      hint: `pgladder rollback ${container} --confirm ${container}`,
    });
  }
  if (await isStarted(run)) {
    if (given === container || app.operator.present) return;
    throw new Failure("loss", {
      loss:
        "the new version has been started, and the old one would not have what was written since",
      hint:
        `If you accept that, add --confirm ${container}; the new data will be kept in ${run.plan.aborted}`,
    });
  }
  if (given !== container) {
    const served = servedImage(run.plan);
    const end = served === undefined
      ? "what was found, which does not serve"
      : served.version;
    await confirm(app, `Roll "${container}" back to ${end}`);
  }
}

/** By us, by a boot once the unit names it, or by hand after the swap. */
async function isStarted(run: OpenRun) {
  // Both minor versions have the same rows: nothing is lost on the way back.
  if (run.plan.method === "minor") return false;
  if (isBegun(run.journal.state, "start")) return true;
  return await measureLoss(momentOf(run)) !== undefined;
}

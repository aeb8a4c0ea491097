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
import {
  goBack,
  leftToServe,
  requireOldAsked,
  serveOld,
  typedToOld,
  wordsToOld,
} from "../session/serve_old.ts";
import { confirm } from "../session/confirm.ts";

/** Undoes, move by move, in reverse. */
export async function rollback(app: App): Promise<number> {
  const asksOld = app.args.options["to-old"] !== undefined;
  const left = asksOld ? await leftToServe(app) : undefined;
  if (left !== undefined) return await serveOld(app, left, left.words);
  const run = await takeRun(app);
  const { journal, plan } = run;
  requireOldAsked(app, plan);
  if (journal.state.committing) {
    throw new Failure("cannot-roll-back", {
      reason: "the run is being committed, and its old data may be gone",
      hint: `Finish with "pgladder commit ${plan.container}"`,
    });
  }
  const { closed, direction } = journal.state;
  if (closed === undefined && direction === "up") {
    const look = () => requireWayBack(ladderFor(run), momentOf(run));
    await withRun(app, run, look);
    await askFirst(app, run);
  }
  // Midway what makes the service may be half taken away: what was found first
  // stands.
  const old = asksOld && journal.state.toOld === undefined
    ? await wordsToOld(app, plan)
    : undefined;
  if (closed === undefined && (direction === "up" || old !== undefined)) {
    journal.append({
      type: "run-turned-back",
      reason: "the operator asked",
      ...old && { old: [...old] },
    });
  }
  if (app.args.options.detach) return await detach(app, run);
  const then = journal.state.toOld ?? old;
  if (then !== undefined) {
    app.ports.host.say(`After the way back this follows: ${typedToOld(then)}`);
  }
  return await goBack(app, run, old);
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

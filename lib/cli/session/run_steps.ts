import type { Plan } from "../../../journal/plan.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { ladderFor } from "../../upgrade/ladder.ts";
import { type Loss, LossError } from "../../upgrade/loss.ts";
import { runSteps } from "../../upgrade/loop.ts";
import { judgeAnswers } from "../../plan/judge.ts";
import type { App } from "../command/command.ts";
import { closeRun } from "./close_run.ts";
import { printClosing } from "./open_run.ts";
import { showDuplicates } from "./show_duplicates.ts";
import type { OpenRun } from "../../run/registry.ts";

/** Runs the steps to the end of the ladder and says where that is. */
export async function runUpgrade(app: App, run: OpenRun): Promise<number> {
  const ladder = ladderFor(run);
  const { journal } = run;
  try {
    await runSteps({ ...run, ladder, judge: judgeAnswers });
  } catch (cause) {
    await showDuplicates(app, run, cause);
    if (cause instanceof Failure && cause.code === "refused") {
      // Only now could it be asked: what was found comes back by itself.
      app.ports.host.say(`${cause.message}. Going back to what was found`);
      journal.append({ type: "run-turned-back", reason: cause.message });
      // With the closing lines it waits until the refusal is told.
      await goBack(app, run);
    }
    if (!(cause instanceof LossError)) throw cause;
    // The new cluster must be built again, and somebody has written to it.
    const { aborted, container } = run.plan;
    throw new Failure("loss", {
      loss: cause.loss.text,
      hint:
        `Go back with "pgladder rollback ${container} --confirm ${container}": the new data will be kept in ${aborted}`,
    }, { cause, exit: EXIT.midway });
  }
  await printClosing(app, run);
  return EXIT.done;
}

/** Down to the ground; what it would lose is measured and asked on the way. */
export async function rollBack(app: App, run: OpenRun): Promise<number> {
  await goBack(app, run);
  await printClosing(app, run);
  return EXIT.done;
}

async function goBack(app: App, run: OpenRun): Promise<void> {
  const { journal } = run;
  const ladder = ladderFor(run);
  if (journal.state.closed === undefined) {
    try {
      await runSteps({ ...run, ladder });
    } catch (error) {
      if (!(error instanceof LossError)) throw error;
      if (!await agreesToLose(app, run, error.loss)) {
        journal.append({
          type: "run-turned-up",
          reason: "the operator did not agree to the loss",
        });
        await runSteps({ ...run, ladder });
        throw new Failure("not-agreed", { container: run.plan.container });
      }
      journal.append({
        type: "loss-confirmed",
        evidence: error.loss.evidence,
        loss: error.loss.text,
      });
      return await goBack(app, run);
    }
    journal.append({ type: "run-closed", outcome: "rolled-back" });
  }
  await closeRun(run);
}

export function lossWords({ aborted }: Plan, loss: string): string {
  return `The database is stopped; ${loss}. They would be kept in ${aborted}, but not served.`;
}

async function agreesToLose(app: App, run: OpenRun, loss: Loss) {
  const { container } = run.plan;
  app.ports.host.say(lossWords(run.plan, loss.text));
  if (app.args.options.confirm === container) return true;
  const typed = await app.operator.ask(
    `Type the container's name to go back without them:`,
  );
  return typed?.trim() === container;
}

import { EXIT } from "../../base/exit_code.ts";
import { ladderFor } from "../../upgrade/ladder.ts";
import {
  estimateDowntime,
  estimateSpace,
  estimateStep,
} from "../../plan/estimate.ts";
import { plannedRun } from "../../run/context.ts";
import { planText } from "../../report/plan_text.ts";
import { matchingRehearsal } from "../../run/rehearsal_record.ts";
import type { App } from "./command.ts";
import { diffText } from "../session/switch_options.ts";
import { showDiagnosis } from "../session/show_diagnosis.ts";
import {
  nothingToDoText,
  planFor,
  type Planned,
  refuseOpenRun,
  viewOf,
} from "../session/plan_run.ts";

/** Shows everything, changes nothing. */
export async function plan(app: App): Promise<number> {
  const { operand, options } = app.args;
  if (operand !== undefined && (options.to ?? options.image) === undefined) {
    await refuseOpenRun(app, operand);
    return await showDiagnosis(app, operand);
  }
  const planned = await planFor(app);
  const { alternative, checks, facts, nothingToDo, plan } = planned;
  const ladder = ladderFor(plannedRun(plan));
  const refused = checks.some(({ level }) => level === "refuse");
  if (app.args.options.json) {
    app.operator.print(JSON.stringify(
      {
        plan,
        checks,
        ladder: ladder.map(({ id, does, wayBack, commands }) => ({
          id,
          does,
          wayBack,
          commands,
          estimate: estimateStep(plan, id),
        })),
        downtime: downtimeOf(facts, plan),
        alternative: alternative === undefined ? null : costOf(alternative),
        rehearsal: facts.rehearsal ?? null,
        connections: facts.server.connections,
        diff: facts.editPlan?.kind === "placed" && plan.switch.kind !== "manual"
          ? facts.editPlan.diff
          : "",
        nothing_to_do: nothingToDo,
        refused,
      },
      null,
      2,
    ));
  } else if (nothingToDo) {
    app.operator.print(nothingToDoText({ facts, plan }));
  } else {
    app.operator.print(planText(viewOf(app, planned)));
    const diff = diffText(facts, plan);
    if (diff !== "") app.operator.print(diff);
    app.operator.print("Nothing was changed.");
  }
  return refused && !nothingToDo ? EXIT.refused : EXIT.done;
}

/** Reckoned from the size alone. */
function costOf(plan: Planned["plan"]) {
  const ladder = ladderFor(plannedRun(plan));
  return {
    method: plan.method,
    downtime: estimateDowntime(plan, ladder),
    space: estimateSpace(plan, ladder),
  };
}

/** From a rehearsal of this very upgrade, where there was one. */
function downtimeOf({ rehearsal }: Planned["facts"], plan: Planned["plan"]) {
  const figures = matchingRehearsal(plan, rehearsal);
  if (figures === undefined) {
    return {
      ms: estimateDowntime(plan, ladderFor(plannedRun(plan))),
      from: "sizes",
    };
  }
  const { at, downtimeMs = 0 } = figures;
  return { ms: { least: downtimeMs, most: downtimeMs }, from: "rehearsal", at };
}

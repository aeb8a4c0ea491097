import { asksFirst, type Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";
import { duration } from "../base/format.ts";
import {
  type Estimate,
  estimateDowntime,
  estimateStep,
} from "../plan/estimate.ts";
import type { Facts } from "../plan/facts/facts.ts";
import { downtimeSteps } from "../run/downtime.ts";
import { matchingRehearsal } from "../run/rehearsal_record.ts";
import { rehearsedAt } from "../run/rehearsal_text.ts";
import type { Step } from "../upgrade/contract.ts";

/** Something is served until the downtime begins. */
export const isServed = ({ lost, unserved }: Plan) =>
  unserved === undefined || lost?.serves === true;

/** When nothing serves, and until when the way back costs nothing. */
export function promises(
  { commands, facts, ladder, plan }: {
    /** They are shown. */
    readonly commands: boolean;
    readonly facts: Pick<Facts, "rehearsal">;
    readonly ladder: readonly Step[];
    readonly plan: Plan;
  },
): string[] {
  const at = (id: StepId) => ladder.findIndex((step) => step.id === id) + 1;
  const { begin, end } = downtimeSteps(plan);
  const yours = ladder.some(({ id }) =>
    estimateStep(plan, id).ms === undefined
  );
  const commit = `"pgladder commit ${plan.container}"`;
  const figures = matchingRehearsal(plan, facts.rehearsal);
  const time = figures === undefined
    ? spanWords(estimateDowntime(plan, ladder))
    : `about ${duration(figures.downtimeMs ?? 0)}`;
  const from = figures === undefined
    ? "reckoned from the size alone"
    : rehearsedAt(figures);
  return [
    `${
      isServed(plan)
        ? `The downtime begins at step ${at(begin)} and ends`
        : `Nothing serves now: the downtime has begun already. From step ${
          at(begin)
        } on it ends`
    } with step ${at(end)}: ${time}${
      yours ? `, and what step ${at("switch")} takes` : ""
    }, ${from}.`,
    ...(plan.method === "minor"
      ? [
        plan.unserved === undefined
          ? "A rollback loses nothing: both versions read the same data."
          : "A rollback loses nothing, and leads back to what does not serve.",
        `The old image stays until you type ${commit}.`,
      ]
      : [
        `Until step ${
          at("start")
        } a rollback loses nothing. After it a rollback leaves behind what the new version has taken, and asks you first.`,
        ...(plan.lost !== undefined
          ? [
            `A rollback leads back to what was found. The lost data stay in ${plan.lost.path}, and what the container has served meanwhile in ${plan.backup}: no commit removes them.`,
          ]
          : asksFirst(plan)
          ? [
            `A rollback leads back to what was found, which does not serve; with --to-old ${plan.from.version} serves after it.`,
          ]
          : []),
        ...(plan.lost === undefined
          ? [`The old data stay in ${plan.backup} until you type ${commit}.`]
          : []),
      ]),
    ...(commands ? [] : ["Every command of the ladder: --commands."]),
  ];
}

export function spanWords(
  { least, most }: NonNullable<Estimate["ms"]>,
): string {
  return least < 1000
    ? `up to ${duration(most)}`
    : `${duration(least)} to ${duration(most)}`;
}

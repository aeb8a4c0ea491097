import * as v from "valibot";
import type { Evidence } from "../../../journal/fact.ts";
import type { State } from "../../../journal/fold.ts";
import { type Plan, PlanSchema } from "../../../journal/plan.ts";
import type { Context, RunContext } from "../../run/context.ts";
import { readJson } from "../../base/json.ts";

const LearnedSchema = v.strictObject({
  initdbArgs: v.string(),
  loading: PlanSchema.entries.loading,
});

const AnswersSchema = v.strictObject({
  run: v.string(),
  attempt: v.number(),
  /** sha256 of the control file and the configuration of who answered. */
  control: v.string(),
  configuration: v.string(),
  learned: LearnedSchema,
});

export type Answers = v.InferOutput<typeof AnswersSchema>;

/** Undefined where there are none of this run. */
export async function readAnswers(
  { names, plan, ports }: RunContext<"files">,
): Promise<Answers | undefined> {
  const text = await ports.files.readText(names.answers);
  const read = text === undefined ? undefined : readJson(AnswersSchema, text);
  return read?.success && read.output.run === plan.run
    ? read.output
    : undefined;
}

/** As the journal keeps them: what comes later needs no file. */
export function evidenceOf(answers: Answers | undefined): Evidence {
  return answers === undefined ? {} : {
    attempt: String(answers.attempt),
    control: answers.control,
    configuration: answers.configuration,
    learned: JSON.stringify(answers.learned),
  };
}

/** The plan with what the old cluster answered, where it was asked. */
export function learnedPlan(plan: Plan, { steps }: State): Plan {
  const said = steps.ask.evidence["learned"];
  if (said === undefined) return plan;
  const { initdbArgs, loading } = v.parse(
    v.pipe(v.string(), v.parseJson(), LearnedSchema),
    said,
  );
  return { ...plan, initdbArgs, ...(loading === undefined ? {} : { loading }) };
}

/** The same run for a job, once the old cluster was asked. */
export function learned(context: Context): Context {
  return { ...context, plan: learnedPlan(context.plan, context.state) };
}

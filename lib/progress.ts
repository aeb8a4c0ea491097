import { join } from "@std/path";
import * as v from "valibot";
import type { Plan } from "../journal/plan.ts";
import type { State } from "../journal/fold.ts";
import type { StepId } from "../journal/step_id.ts";
import { namesOf } from "./names.ts";
import type { Files } from "./port/files.ts";

/** How far a job is, as it says itself once a second. */
const ProgressSchema = v.looseObject({
  phase: v.string(),
  database: v.optional(v.nullable(v.string())),
  done: v.number(),
  total: v.number(),
  unit: v.string(),
});

export type Progress = v.InferOutput<typeof ProgressSchema>;

/** The script of each step's job whose progress a person wants to see. */
const SCRIPTS: Partial<Record<StepId, readonly string[]>> = {
  close: ["mend"],
  dump: ["dump_worker", "dump_server"],
  build: ["build", "pg_upgrade"],
};

/** What the job of a step says; undefined where there is none at work. */
export async function progressOf(
  plan: Plan,
  state: State,
  step: StepId | null,
  files: Files,
): Promise<Progress | undefined> {
  if (step === null || state.steps[step].status !== "started") return undefined;
  const directory = namesOf(plan).job(step, state.steps[step].attempt);
  for (const script of SCRIPTS[step] ?? []) {
    const text = await files.readText(join(directory, `${script}.progress`));
    const parsed = v.safeParse(
      v.pipe(v.string(), v.parseJson(), ProgressSchema),
      text ?? "",
    );
    if (parsed.success) return parsed.output;
  }
  return undefined;
}

import { METHODS, type StepId, stepsOf } from "../../../journal/step_id.ts";

/** What a real host is upgraded by: PGLADDER_METHOD, else a dump. */
const asked = Deno.env.get("PGLADDER_METHOD") ?? "dump";
const method = METHODS.find((it) => it === asked);
if (method === undefined) throw new Error(`There is no method "${asked}"`);

export const UPGRADE: readonly string[] = [
  ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  ...["--method", method],
];

export const STEPS: readonly StepId[] = stepsOf(method);

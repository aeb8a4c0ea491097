import * as v from "valibot";
import { readJson } from "../base/json.ts";
import type { Ports } from "../port/ports.ts";
import { RESULT_MAX } from "./measurements.ts";

/** What a job says of itself, as its own last act. */

const ResultSchema = v.looseObject({
  run: v.string(),
  attempt: v.union([v.string(), v.number()]),
  ok: v.boolean(),
  failed_phase: v.optional(v.string()),
  error: v.optional(v.string()),
  control_sha256: v.optional(v.string()),
  /** It did not fail: what is there cannot be served. */
  refused: v.optional(v.boolean()),
});

export type JobResult = v.InferOutput<typeof ResultSchema>;

/** Undefined where there is none that can be read. */
export async function readResult(ports: Ports, path: string) {
  const text = await ports.files.readSmall(path, RESULT_MAX);
  if (text === undefined) return undefined;
  const parsed = readJson(ResultSchema, text);
  // What cannot be read is none: a job that has ended without one is dead.
  return parsed.success ? parsed.output : undefined;
}

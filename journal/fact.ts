import * as v from "valibot";
import { PlanSchema } from "./plan.ts";
import { STEP_IDS } from "./step_id.ts";

const step = v.picklist(STEP_IDS);
const attempt = v.pipe(v.number(), v.integer(), v.minValue(1));

/**
 * What was seen of a step when it was recorded: inodes, identifiers, checksums.
 * Strings only, so that no digit is lost; the keys are the step's own.
 */
export const EvidenceSchema = v.record(v.string(), v.string());
export type Evidence = v.InferOutput<typeof EvidenceSchema>;

/** What happened, in the past tense. A released fact is never changed. */
export const FactSchema = v.variant("type", [
  v.strictObject({ type: v.literal("run-planned"), plan: PlanSchema }),
  v.strictObject({ type: v.literal("step-started"), step, attempt }),
  v.strictObject({
    type: v.literal("step-done"),
    step,
    evidence: EvidenceSchema,
  }),
  v.strictObject({ type: v.literal("step-failed"), step, message: v.string() }),
  /** A done step's effect was partly gone and was brought back. */
  v.strictObject({
    type: v.literal("step-mended"),
    step,
    found: v.string(),
    evidence: EvidenceSchema,
  }),
  /** A done step's effect no longer holds: it is to be done again. */
  v.strictObject({
    type: v.literal("step-lapsed"),
    step,
    expected: v.string(),
    found: v.string(),
  }),
  /** The next move is the operator's. */
  v.strictObject({ type: v.literal("waiting"), step, ask: v.string() }),
  /** Old: the words of the run that has the version of the data serve in the end. */
  v.strictObject({
    type: v.literal("run-turned-back"),
    reason: v.string(),
    old: v.optional(v.array(v.string())),
  }),
  /** The operator thought better of a rollback before anything was lost. */
  v.strictObject({ type: v.literal("run-turned-up"), reason: v.string() }),
  /** A person agreed to lose exactly what this evidence shows. */
  v.strictObject({
    type: v.literal("loss-confirmed"),
    evidence: EvidenceSchema,
    loss: v.string(),
  }),
  v.strictObject({ type: v.literal("undo-started"), step }),
  v.strictObject({ type: v.literal("undo-failed"), step, message: v.string() }),
  v.strictObject({ type: v.literal("undo-done"), step }),
  /** From here the old data may be gone, so there is no way back. */
  v.strictObject({ type: v.literal("run-committing") }),
  v.strictObject({
    type: v.literal("run-closed"),
    outcome: v.picklist(["rolled-back", "committed"]),
  }),
]);

export type Fact = v.InferOutput<typeof FactSchema>;

/** A fact with its number and its time, as it stands in the journal. */
export const EntrySchema = v.strictObject({
  seq: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Wall clock, ISO 8601 in UTC. It may jump; `ms` does not. */
  at: v.string(),
  /** Linux's boot id, /proc/sys/kernel/random/boot_id. */
  boot: v.string(),
  /** Milliseconds since that boot. */
  ms: v.number(),
  fact: FactSchema,
});

export type Entry = v.InferOutput<typeof EntrySchema>;

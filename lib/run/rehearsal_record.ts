import * as v from "valibot";
import { readJson } from "../base/json.ts";
import type { Image, Plan } from "../../journal/plan.ts";
import { METHODS, STEP_IDS } from "../../journal/step_id.ts";
import type { Files } from "../port/files.ts";
import { placesOf } from "./rehearsal_paths.ts";

/** The figures of a rehearsal: all that stays of it. */

const count = v.pipe(v.number(), v.minValue(0));
const ImageSchema = v.object({ version: v.string(), id: v.string() });

const RecordSchema = v.object({
  format: v.literal(1),
  /** When it ended. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  tool: v.string(),
  container: v.string(),
  method: v.picklist(METHODS),
  verify: v.string(),
  jobs: count,
  from: ImageSchema,
  to: ImageSchema,
  /** Of the data directory, then. */
  bytes: count,
  /** What the upgrade would fail of; none where all went well. */
  failure: v.optional(v.object({
    step: v.picklist(STEP_IDS),
    reason: v.string(),
  })),
  /** The steps of the downtime, in milliseconds each. */
  steps: v.array(v.object({
    id: v.picklist(STEP_IDS),
    ms: count,
    /** False: estimated, since the service ran on. */
    measured: v.boolean(),
  })),
  downtimeMs: v.optional(count),
  /** Of the whole rehearsal. */
  totalMs: count,
  /** Of each of its own steps. */
  taken: v.record(v.string(), count),
  /** Seconds of each phase of each job. */
  phases: v.record(v.string(), v.record(v.string(), v.number())),
  space: v.object({
    /** What the upgrade takes at its most, beside the old data. */
    upgradeBytes: count,
    /** The same of the rehearsal, which copies those as well. */
    rehearsalBytes: count,
    /** Of a copy beside a mount, of which nothing was cloned; an upgrade may. */
    copied: v.optional(v.literal(true)),
  }),
});

export type RehearsalRecord = v.InferOutput<typeof RecordSchema>;

/** Undefined where there is none that this program understands. */
export async function readRecord(
  volume: string,
  files: Pick<Files, "readText">,
): Promise<RehearsalRecord | undefined> {
  const text = await files.readText(placesOf(volume).record);
  const parsed = readJson(RecordSchema, text);
  return parsed.success ? parsed.output : undefined;
}

export async function writeRecord(
  volume: string,
  record: RehearsalRecord,
  files: Pick<Files, "writeText">,
) {
  const text = JSON.stringify(v.parse(RecordSchema, record), null, 2);
  await files.writeText(placesOf(volume).record, `${text}\n`);
}

interface Upgrade {
  readonly from: Pick<Image, "id">;
  readonly to: Pick<Image, "id">;
  readonly method: Plan["method"];
}

/** The record, if it is of this very upgrade, and that went well. */
export function matchingRehearsal(
  upgrade: Upgrade,
  record: RehearsalRecord | undefined,
): RehearsalRecord | undefined {
  return record?.failure === undefined && record && isOf(record, upgrade)
    ? record
    : undefined;
}

/** It was of this very upgrade: the same images, the same way. */
export function isOf(record: RehearsalRecord, upgrade: Upgrade): boolean {
  return record.method === upgrade.method &&
    record.from.id === upgrade.from.id && record.to.id === upgrade.to.id;
}

import { bytes, duration } from "../base/format.ts";
import type { RehearsalRecord } from "./rehearsal_record.ts";

/** What a person reads of a rehearsal. */

export function rehearsedAt({ at }: RehearsalRecord): string {
  return `rehearsed at ${at.slice(0, 16).replace("T", " ")} UTC`;
}

/** One phrase for `plan`. */
export function rehearsalWords(record: RehearsalRecord): string {
  const { downtimeMs = 0, failure, space } = record;
  const at = rehearsedAt(record);
  if (failure !== undefined) {
    return `${at}, it failed in "${failure.step}": ${failure.reason}`;
  }
  return `${at}, a downtime of ${duration(downtimeMs)} to expect (${
    record.steps.filter(({ measured }) => measured)
      .map(({ id, ms }) => `${id} ${duration(ms)}`).join(", ")
  }), ${bytes(space.upgradeBytes)} ${whereTaken(space)}`;
}

/** The whole page. */
export function rehearsalText(
  record: RehearsalRecord,
  path: string,
  remark: string,
): string {
  const { container, downtimeMs = 0, from, method, space, to } = record;
  const remarks = space.copied
    ? ["It copied what the upgrade will clone, which takes less"]
    : [];
  return [
    `Rehearsed "${container}": ${from.version} → ${to.version} by ${method}, all of it is the same; it took ${
      duration(record.totalMs)
    }, and the service ran on`,
    "",
    `Downtime to expect: ${duration(downtimeMs)}${remark}`,
    ...record.steps.map(({ id, measured, ms }) =>
      `  ${id.padEnd(14)} ${duration(ms).padStart(9)}  ${
        measured ? "measured" : "estimated"
      }`
    ),
    `Space: ${bytes(space.upgradeBytes)} ${whereTaken(space)} at the most`,
    ...remarks,
    `Record: ${path}; "pgladder plan" uses it`,
  ].join("\n");
}

const whereTaken = ({ copied }: RehearsalRecord["space"]) =>
  copied ? "beside a copy of the data" : "beside the data";

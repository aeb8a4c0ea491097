import { matchingRehearsal } from "../../run/rehearsal_record.ts";
import type { Facts } from "../facts/facts.ts";
import { bytes } from "../../base/format.ts";
import type { Settings } from "../settings.ts";
import { type Check, ok, refuse } from "./check.ts";

/** Of the old directory's size: rebuilt indexes, where blocks are shared. */
const CLONE_PART = 0.3;
/** Of the old directory's size; measured dumps took 0.05 to 0.5 of it. */
const DUMP_PART = 0.6;
const CLUSTER_PART = 1.1;
/** The new cluster's WAL while it is loaded, and what else is small. */
const SPARE_BYTES = 1024 ** 3;
/** On top of what a rehearsal took, which was looked at now and then. */
const MEASURED_PART = 1.2;
const MEASURED_SPARE_BYTES = 256 * 1024 ** 2;

export const space: Check = {
  name: "space",
  about:
    "there is room beside the old cluster for the new one, and a dump if one is made",
  worst: "refuse",
  remedy: "make room beside the volume",
  major: true,
  look(facts, { method }) {
    const rehearsed = spaceRehearsed(facts, method);
    const needed = rehearsed ?? spaceNeeded(facts, method);
    const free = facts.fileSystem.freeBytes;
    const words = `${bytes(needed)} needed${
      rehearsed === undefined ? "" : " (as rehearsed)"
    }, ${bytes(free)} free at "${facts.fileSystem.mount}"`;
    return free >= needed ? ok(words) : refuse(
      words,
      "Make room there: nothing of the old data is removed before commit",
    );
  },
};

/** Bytes that an upgrade takes at its most beside the old data: an estimate. */
export function spaceNeeded(
  { bytes, canClone }: Pick<Facts, "bytes" | "canClone">,
  method: Settings["method"],
): number {
  return Math.ceil(bytes * partOf(method, canClone) + SPARE_BYTES);
}

/** The same from a rehearsal, for what the data have grown to since. */
function spaceRehearsed(
  { bytes, from, rehearsal, to }: Facts,
  method: Settings["method"],
): number | undefined {
  const figures = matchingRehearsal({ from, method, to }, rehearsal);
  // What was copied there may be a clone here.
  if (figures === undefined || figures.space.copied) return undefined;
  const grown = bytes / Math.max(1, figures.bytes);
  const taken = figures.space.upgradeBytes * grown;
  return Math.ceil(taken * MEASURED_PART + MEASURED_SPARE_BYTES);
}

function partOf(method: Settings["method"], canClone: boolean): number {
  if (method !== "pg_upgrade") return DUMP_PART + CLUSTER_PART;
  return canClone ? CLONE_PART : CLUSTER_PART;
}

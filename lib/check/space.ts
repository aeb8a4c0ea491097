import { bytes } from "../words.ts";
import type { Settings } from "../settings.ts";
import { type Check, ok, refuse } from "./check.ts";

/** Of the old directory's size: rebuilt indexes, where blocks are shared. */
const CLONE_PART = 0.3;
/** Of the old directory's size; measured dumps took 0.05 to 0.5 of it. */
const DUMP_PART = 0.6;
const CLUSTER_PART = 1.1;
/** The new cluster's WAL while it is loaded, and what else is small. */
const SPARE_BYTES = 1024 ** 3;

export const space: Check = {
  name: "space",
  about:
    "there is room beside the old cluster for the new one, and a dump if one is made",
  worst: "refuse",
  remedy: "make room beside the volume",
  major: true,
  look(facts, { method }) {
    const needed = Math.ceil(
      facts.bytes * partOf(method, facts.canClone) + SPARE_BYTES,
    );
    const free = facts.fileSystem.freeBytes;
    const words = `${bytes(needed)} needed, ${
      bytes(free)
    } free at "${facts.fileSystem.mount}"`;
    return free >= needed ? ok(words) : refuse(
      words,
      "Make room there: nothing of the old data is removed before commit",
    );
  },
};

function partOf(method: Settings["method"], canClone: boolean): number {
  if (method !== "pg_upgrade") return DUMP_PART + CLUSTER_PART;
  return canClone ? CLONE_PART : CLUSTER_PART;
}

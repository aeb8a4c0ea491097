import { BUILD } from "./faults/build.ts";
import { CLOSE } from "./faults/close.ts";
import { DUMP } from "./faults/dump.ts";
import { JOURNAL } from "./faults/journal.ts";
import { LOOP } from "./faults/loop.ts";
import { REINDEX } from "./faults/reindex.ts";
import { SWITCH } from "./faults/switch.ts";
import { UNSERVED } from "./faults/unserved.ts";
import type { Mutant } from "./mutant.ts";

export const MUTANTS: readonly Mutant[] = [
  ...JOURNAL,
  ...LOOP,
  ...CLOSE,
  ...DUMP,
  ...BUILD,
  ...REINDEX,
  ...SWITCH,
  ...UNSERVED,
];

/**
 * The rungs of the ladder, from the ground up. These names live in journals
 * for ever: add to the list, never rename.
 */
export const STEP_IDS = [
  "prepare",
  "stop-writers",
  "close",
  "dump",
  "build",
  "swap",
  "switch",
  "start",
  "start-writers",
] as const;

export type StepId = (typeof STEP_IDS)[number];

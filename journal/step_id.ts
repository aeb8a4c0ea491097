/**
 * The steps of the ladder, the first one first. These names live in journals
 * for ever: add to the list, never rename.
 */
export const STEP_IDS = [
  "prepare",
  "stop-writers",
  "close",
  "ask",
  "dump",
  "build",
  "swap",
  "reindex",
  "switch",
  "start",
  "start-writers",
] as const;

export type StepId = (typeof STEP_IDS)[number];

/** How the new cluster comes to be; a minor upgrade keeps the old one. */
export const METHODS = ["dump", "pg_upgrade", "minor"] as const;

export type Method = (typeof METHODS)[number];

/** Rungs that a method's ladder does not have. */
const LEFT_OUT: Readonly<Record<Method, readonly StepId[]>> = {
  dump: ["reindex"],
  "pg_upgrade": ["dump", "reindex"],
  minor: ["dump", "build", "swap"],
};

/**
 * The ladder of a method, from the ground up; a minor one's with all that it
 * may have. Where no server could be asked before, a step of it does that.
 */
export function stepsOf(
  method: Method,
  { asks }: { readonly asks: boolean } = { asks: false },
): readonly StepId[] {
  return STEP_IDS.filter((id) =>
    !LEFT_OUT[method].includes(id) && (asks || id !== "ask")
  );
}

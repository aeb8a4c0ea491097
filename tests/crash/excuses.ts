import type { Scenario } from "../fake/scenario.ts";

/** What a move may rightly change in the end. */
export interface Excuse {
  /** Lines of the snapshot that no longer count. */
  readonly lines: RegExp;
  /** Only the way back is left. */
  readonly mayGiveUp?: true;
}

/** Who asks a clone leaves the old cluster as it was found. */
const AS_FOUND = /^\/srv\/db\.bak\//;

/** Lines of the end that a move may rightly change in this scenario. */
export function excusedBy(move: string, scenario: Scenario): RegExp[] {
  const { lines } = EXCUSES[move] ?? {};
  const isAsked = scenario.runs !== undefined && scenario.reflink;
  return [
    ...lines ? [lines] : [],
    ...isAsked && move === "volume by hand, killed" ? [AS_FOUND] : [],
  ];
}

/** Both clusters were written to: only a person can say which counts. */
const SPLIT: Excuse = { lines: /^$/, mayGiveUp: true };

export const EXCUSES: Readonly<Record<string, Excuse>> = {
  ".bak by hand, stopped": SPLIT,
  // A clone leaves the old cluster as that left it.
  ".bak by hand, killed": {
    lines:
      /^\/srv\/(((volume-)?db|db\/pgladder-RUN)\.bak|volumes\/lost\/_data)\//,
    mayGiveUp: true,
  },
  ".bak by hand, left": SPLIT,
  "configuration of .bak edited": SPLIT,
  // Nobody makes again what was stopped and depends on the database.
  "prune": { lines: /^container (app|worker) / },
  "prune all": { lines: /^(image |container (app|worker) )/ },
  "dump removed": {
    lines: /^\/srv\/((volume-)?db\.pgladder|db\/pgladder-RUN\.new)\/dump\//,
  },
  "dump damaged": {
    lines: /^\/srv\/((volume-)?db\.pgladder|db\/pgladder-RUN\.new)\/dump\//,
    mayGiveUp: true,
  },
};

import type { Outcome } from "./one.ts";

/**
 * Faults that the zoo has found and that nobody has fixed yet: each with the
 * words by which a run is known for it. Who fixes one takes its row away.
 */
const KNOWN: readonly (readonly [fault: string, words: RegExp])[] = [
  [
    "dump: owner, security and settings of an extension's function are its script's",
    /pg_proc function public\.\w+\([^,]*(,[^,]*)*\), pro(owner|acl|secdef|leakproof|config)/,
  ],
];

/** The known faults of a bad outcome; undefined where there is anything else. */
export function knownFaults({ said, verdict }: Outcome): string[] | undefined {
  if (verdict !== "lost" && verdict !== "stopped") return [];
  const found = said.map((line) =>
    KNOWN.find(([, words]) => words.test(line))?.[0]
  );
  return found.includes(undefined)
    ? undefined
    : [...new Set(found.filter((it) => it !== undefined))];
}

import type { Outcome } from "./one.ts";

/**
 * Faults that the zoo has found and that nobody has mended yet: each with the
 * words by which a run is known for it. Who mends one takes its row away.
 */
const KNOWN: readonly (readonly [fault: string, words: RegExp])[] = [
  [
    "dump: a table that was added to an extension is not in the dump, and what stands on it cannot be restored",
    /relation ".*" does not exist[\s\S]*Command was: (CREATE VIEW|GRANT)/,
  ],
  [
    "both: a language whose handler is in pg_catalog cannot be restored",
    /Command was: CREATE OR REPLACE PROCEDURAL LANGUAGE/,
  ],
  [
    "both: client_encoding that is set for the server, a role or a database reaches pg_dump",
    /has no equivalent in encoding/,
  ],
  [
    "both: a database of another encoding with other letters than ASCII in its name is made under a garbled one",
    /reconnection failed: [\s\S]*database ".*" does not exist/,
  ],
  [
    "pg_upgrade from 13: a user's conversion is refused by pg_upgrade alone",
    /conversion function parameters changed/,
  ],
  [
    "dump: a materialized view that was stale is filled with what is there now",
    /: rows m /,
  ],
  [
    "dump: the internal triggers of a foreign key that were disabled come back enabled",
    /pg_trigger internal "RI_FKey[^,]*, tgenabled: "D" -> "O"/,
  ],
  [
    "dump: owner and cost of an extension's function are its script's",
    /pg_proc function public\.\w+\([^,]*(,[^,]*)*\), pro(owner|cost|acl)/,
  ],
  [
    "dump: comments on plpgsql are initdb's",
    /pg_description (language|extension) plpgsql/,
  ],
  [
    "dump from 17.12: a subscription's streaming = off is left out by the old pg_dump",
    /streaming = parallel/,
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

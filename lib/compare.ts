import { type Difference, nameOf } from "./compare/difference.ts";
import { compareGlobals } from "./compare/globals.ts";
import { compareRecords, KINDS } from "./compare/records.ts";
import { compareSchemas } from "./compare/schema.ts";

export type { Difference } from "./compare/difference.ts";

/**
 * Compares two clusters by their fingerprints, which `lib/job/fingerprint.sh`
 * writes. Pure: the files come through a function.
 */

/** The text of a fingerprint's file, `undefined` where there is none. */
export type ReadFingerprint = (name: string) => Promise<string | undefined>;

/** How much a fingerprint holds. */
export type Verify = "schema" | "counts" | "checksums";

/** The databases' names, in the order that numbers their files from 1. */
function databasesOf(text: string): string[] {
  return text.split("\n").filter(Boolean).map((word) =>
    new TextDecoder().decode(
      Uint8Array.from(atob(word), (char) => char.charCodeAt(0)),
    )
  );
}

/** One pair of files. Where both must be there and one is not, that is a difference. */
async function pairOf(
  name: string,
  before: ReadFingerprint,
  after: ReadFingerprint,
) {
  const [old, next] = await Promise.all([before(name), after(name)]);
  if (old !== undefined && next !== undefined) return { old, next };
  const seen = (text: string | undefined) =>
    text === undefined ? undefined : "is there";
  return {
    missing: { object: `fingerprint ${name}`, old: seen(old), new: seen(next) },
  };
}

async function compareDatabase(
  number: number,
  where: string,
  files: { before: ReadFingerprint; after: ReadFingerprint; verify: Verify },
): Promise<Difference[]> {
  const kinds = ["schema.sql", "sequences", "settings", "rows"] as const;
  const differences: Difference[] = [];
  for (const kind of kinds) {
    if (kind === "rows" && files.verify === "schema") continue;
    const pair = await pairOf(`${number}.${kind}`, files.before, files.after);
    if (pair.missing) differences.push(pair.missing);
    else if (kind === "schema.sql") {
      differences.push(...compareSchemas(pair.old, pair.next, where));
    } else {differences.push(
        ...compareRecords(KINDS[kind], pair.old, pair.next, where),
      );}
  }
  return differences;
}

/**
 * Compares two fingerprints.
 *
 * @returns what differs in more than its spelling; nothing where the new
 * cluster holds all that the old one holds.
 */
export async function compareFingerprints(
  before: ReadFingerprint,
  after: ReadFingerprint,
  verify: Verify,
): Promise<Difference[]> {
  const globals = await pairOf("globals.sql", before, after);
  const lists = await pairOf("databases", before, after);
  if (lists.missing) return [lists.missing];
  const differences = globals.missing
    ? [globals.missing]
    : [...compareGlobals(globals.old, globals.next)];
  const names = databasesOf(lists.old);
  const found = databasesOf(lists.next);
  for (const [index, name] of names.entries()) {
    if (found[index] !== name) {
      differences.push({
        object: `database ${nameOf(name)}`,
        old: "is there",
        new: undefined,
      });
      continue;
    }
    const where = `in database ${JSON.stringify(name)}`;
    differences.push(
      ...await compareDatabase(index + 1, where, { before, after, verify }),
    );
  }
  for (const name of found.slice(names.length)) {
    differences.push({
      object: `database ${nameOf(name)}`,
      old: undefined,
      new: "is there",
    });
  }
  return differences;
}

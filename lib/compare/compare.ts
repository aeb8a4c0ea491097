import { compareCatalogs, compareSystem } from "./catalog.ts";
import { type Difference, nameOf } from "./difference.ts";
import { compareGlobals } from "./globals.ts";
import { compareRecords, KINDS } from "./records.ts";
import { compareSchemas } from "./schema.ts";

export type { Difference } from "./difference.ts";

/**
 * Compares two clusters by their fingerprints, which `lib/job/script/fingerprint.sh`
 * writes. Pure: the files come through a function.
 */

/** The text of a fingerprint's file, `undefined` where there is none. */
export type ReadFile = (name: string) => Promise<string | undefined>;

/** How much the fingerprints hold. */
export type Verify = "schema" | "sizes" | "counts" | "checksums";

/** The fingerprints of the old cluster and the new one. */
interface Fingerprints {
  readonly old: ReadFile;
  readonly new: ReadFile;
  readonly verify: Verify;
}

/** The databases' names, in the order that numbers their files from 1. */
export function databasesOf(text: string): string[] {
  return text.split("\n").filter(Boolean).map((word) =>
    new TextDecoder().decode(
      Uint8Array.from(atob(word), (char) => char.charCodeAt(0)),
    )
  );
}

/** One pair of files. Where both must be there and one is not, that is a difference. */
async function pairOf(name: string, files: Fingerprints) {
  const [before, after] = await Promise.all([files.old(name), files.new(name)]);
  if (before !== undefined && after !== undefined) return { before, after };
  const seen = (text: string | undefined) =>
    text === undefined ? undefined : "is there";
  return {
    missing: {
      object: `fingerprint ${name}`,
      old: seen(before),
      new: seen(after),
    },
  };
}

/** Everything of one database. */
async function* compareDatabase(
  number: number,
  name: string,
  files: Fingerprints,
): AsyncGenerator<Difference> {
  const where = `in database ${JSON.stringify(name)}`;
  for (const kind of ["schema.sql", "sequences", "settings", "rows"] as const) {
    if (kind === "rows" && files.verify === "schema") continue;
    const pair = await pairOf(`${number}.${kind}`, files);
    if (pair.missing) yield pair.missing;
    else if (kind === "schema.sql") {
      yield* compareSchemas(pair.before, pair.after, where);
    } else {
      yield* compareRecords(KINDS[kind], pair.before, pair.after, where);
    }
  }
  yield* compareEntries(`${number}.catalog`, files, where);
  const made = await files.new("system");
  if (made === undefined) return;
  yield* compareSystem(
    made,
    await files.new(`${number}.system`) ?? "",
    where,
  );
}

/** A file of entries; the fingerprint of an earlier pgladder has none. */
async function* compareEntries(
  name: string,
  files: Fingerprints,
  where: string,
): AsyncGenerator<Difference> {
  if (await files.old(name) === undefined) return;
  const pair = await pairOf(name, files);
  if (pair.missing) yield pair.missing;
  else yield* compareCatalogs(pair.before, pair.after, where);
}

async function* compareAll(files: Fingerprints): AsyncGenerator<Difference> {
  const lists = await pairOf("databases", files);
  if (lists.missing) return yield lists.missing;
  const globals = await pairOf("globals.sql", files);
  if (globals.missing) yield globals.missing;
  else yield* compareGlobals(globals.before, globals.after);
  yield* compareEntries("cluster", files, "of the cluster");
  // A dump of an earlier pgladder has none, nor has one whose configuration lies elsewhere.
  if (await files.old("configuration") !== undefined) {
    const pair = await pairOf("configuration", files);
    if (pair.missing) yield pair.missing;
    else {
      yield* compareRecords(
        KINDS.configuration,
        pair.before,
        pair.after,
        "of the configuration",
      );
    }
  }
  const names = databasesOf(lists.before);
  const found = databasesOf(lists.after);
  for (const [index, name] of names.entries()) {
    if (found[index] === name) yield* compareDatabase(index + 1, name, files);
    else {
      yield {
        object: `database ${nameOf(name)}`,
        old: "is there",
        new: undefined,
      };
    }
  }
  for (const name of found.slice(names.length)) {
    yield {
      object: `database ${nameOf(name)}`,
      old: undefined,
      new: "is there",
    };
  }
}

/**
 * Compares two fingerprints.
 *
 * @returns what differs in more than its spelling; nothing where the new
 * cluster holds all that the old one holds
 */
export async function compareFingerprints(
  before: ReadFile,
  after: ReadFile,
  verify: Verify,
): Promise<Difference[]> {
  return await Array.fromAsync(
    compareAll({ old: before, new: after, verify }),
  );
}

import { compareMaps, type Difference, nameOf } from "./difference.ts";
import { languageTag } from "./icu_locale.ts";

/**
 * What the SQL files write: one JSON array a line, its first words being what
 * it is about.
 */

/** How a kind of file is read and named. */
interface Kind {
  /** So many of the first values are the key. */
  readonly key: number;
  readonly describe: (key: readonly string[]) => string;
  readonly values: (values: readonly unknown[]) => string;
  /** What may differ without anything being lost. */
  readonly ignore?: (
    key: readonly string[],
    before?: string,
    after?: string,
  ) => boolean;
}

const qualified = (schema = "", name = "") =>
  `${nameOf(schema)}.${nameOf(name)}`;

/** Rows and sums of their content, or as a text what else was measured. */
const counted = ([rows, ...sums]: readonly unknown[]) =>
  rows === undefined
    ? "never filled"
    : typeof rows === "string"
    ? rows
    : `${rows} rows${sums.length > 0 ? `, content ${sums.join(" ")}` : ""}`;

/** A place in the log, which 19 writes with leading zeros: `0/0000A1B2`. */
const plainLsn = (value: unknown) =>
  typeof value === "string"
    ? value.replace(/^([0-9A-F]{1,8}\/)0+(?=[0-9A-F]+$)/, "$1")
    : value;

/** A sequence of an extension's configuration: another version may bring one. */
const OF_EXTENSION = " (of an extension)";

/** The value of a setting that the new server could not take as it was, which the job's result tells. */
const TOLD = "told";

export const KINDS: Readonly<
  Record<"configuration" | "rows" | "sequences" | "settings", Kind>
> = {
  configuration: {
    key: 2,
    describe: ([kind, name]) => `${kind} ${name}`,
    values: (values) => values.join(" "),
    ignore: (_, _before, after) => after === TOLD,
  },
  rows: {
    key: 3,
    describe: ([schema, name, kind]) =>
      `${kind === "m" ? "materialized view" : "table"} ${
        qualified(schema, name)
      }`,
    values: counted,
    // A table that the extension's script made again, in the version that the new image has: no rows of the operator's.
    ignore: ([, , kind], before, after) =>
      kind === "x" && (before === undefined || after !== undefined),
  },
  sequences: {
    key: 2,
    describe: ([schema, name]) => `sequence ${qualified(schema, name)}`,
    values: ([last, called, of]) =>
      `${last}${called === true ? "" : ", not used yet"}${
        of === undefined ? "" : OF_EXTENSION
      }`,
    ignore: (_, before, after) =>
      before === undefined && after?.endsWith(OF_EXTENSION) === true,
  },
  settings: {
    key: 2,
    describe: ([kind, name]) => {
      if (kind === "setting") {
        return `settings${name === "" ? "" : ` of role ${nameOf(name ?? "")}`}`;
      }
      return kind === "extension"
        ? `extension ${nameOf(name ?? "")}`
        : `${kind} ${name ?? ""}`.trim();
    },
    values: (values) =>
      values.map((value) => plainLsn(value ?? "none")).join(" "),
    ignore: ([kind, name], before, after) =>
      // Every new cluster has PL/pgSQL, also where the old one's was dropped.
      (kind === "extension" && name === "plpgsql" && before === undefined) ||
      // A new server writes the same locale in its own way.
      (kind === "database" && name === "locale" && before !== undefined &&
        after !== undefined && languageTag(before) === languageTag(after)),
  },
};

function parse(text: string, kind: Kind): Map<string, string[]> {
  const records = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const values = JSON.parse(line) as unknown[];
    // What belongs to a cluster or a database as a whole has no name.
    const named = values[0] !== "large objects" &&
      values[0] !== "large object content";
    const length = named ? kind.key : 1;
    const key = JSON.stringify(values.slice(0, length));
    records.set(
      key,
      [...(records.get(key) ?? []), kind.values(values.slice(length))].sort(),
    );
  }
  return records;
}

/** Compares two files of records, whatever their order. */
export function* compareRecords(
  kind: Kind,
  before: string,
  after: string,
  where: string,
): Generator<Difference> {
  yield* compareMaps(
    parse(before, kind),
    parse(after, kind),
    function* (key, old, next) {
      const [was, is] = [old?.join("; "), next?.join("; ")];
      const words = JSON.parse(key) as string[];
      if (was === is || kind.ignore?.(words, was, is)) return;
      yield { object: `${kind.describe(words)} ${where}`, old: was, new: is };
    },
  );
}

/** One thing that is not in the new cluster as it was in the old one. */
export interface Difference {
  /** What it is, such as `table app.orders in database "shop"`. */
  readonly object: string;
  /** What the old cluster has of it; `undefined` where there is none. */
  readonly old: string | undefined;
  /** What the new cluster has of it; `undefined` where there is none. */
  readonly new: string | undefined;
}

/** Longest text shown of one side, in characters. */
const SHOWN = 600;

/**
 * A password that both clusters hold is compared, and shown to nobody. Nothing
 * else is left out here: root reads these differences on the host and must see
 * what differs, such as a default or a condition of a view. What is said of
 * them elsewhere goes through `redact` of `lib/base/`.
 */
const withoutPasswords = (text: string) =>
  text.replace(/(PASSWORD\s*=?\s*)'(?:[^']|'')*'/gi, "$1'…'")
    // Within the quotes of a connection.
    .replace(/(password=)[^\s']+/gi, "$1…");

const shorten = (text: string) =>
  text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;

/** Of two texts the lines that only one of them has; all where they differ in order alone. */
function ownLines(text: string, other: string): string {
  const known = new Set(other.split("\n").map((line) => line.trim()));
  const own = text.split("\n").filter((line) => !known.has(line.trim()));
  return own.length === 0 ? text.trim() : own.join("\n").trim();
}

/** A difference of two texts, cut down to what differs. */
export function differenceOf(
  object: string,
  before: string | undefined,
  after: string | undefined,
): Difference {
  if (before === undefined || after === undefined) {
    return { object, old: shown(before), new: shown(after) };
  }
  return {
    object,
    // A password that changed leaves two texts that look the same; say so.
    ...distinct(shown(ownLines(before, after)), shown(ownLines(after, before))),
  };
}

const shown = (text: string | undefined) =>
  text === undefined ? undefined : shorten(withoutPasswords(text.trim()));

function distinct(before: string | undefined, after: string | undefined) {
  return before === after
    ? {
      old: `${before} (before)`,
      new: `${after} (differs in what is not shown)`,
    }
    : { old: before, new: after };
}

/** A name as a person would write it; quoted where SQL would want it so. */
export const nameOf = (name: string) =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** Compares two maps key by key, in the order of the old one. */
export function* compareMaps<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  compare: (key: string, before?: T, after?: T) => Iterable<Difference>,
): Generator<Difference> {
  for (const [key, value] of before) yield* compare(key, value, after.get(key));
  for (const [key, value] of after) {
    if (!before.has(key)) yield* compare(key, undefined, value);
  }
}

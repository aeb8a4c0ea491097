import { compareMaps, type Difference, nameOf } from "./difference.ts";
import { sameText } from "./harmless.ts";
import { falls } from "./versions.ts";

/**
 * What `catalog.sql`, `cluster.sql` and `system.sql` say: one JSON array a
 * line, `[kind, extension, name, what of it, value…]`. An extension is what its
 * image makes it; where its version has risen, what belongs to it may be other.
 */

interface Entry {
  readonly kind: string;
  /** The extension that it belongs to; "" for none. */
  readonly extension: string;
  readonly name: string;
  /** The part of it, such as a column; "" for all of it. */
  readonly part: string;
  readonly values: readonly unknown[];
}

type Entries = ReadonlyMap<string, Entry>;

/** Texts that a server writes out of what it has read, by their type in pg_dump's words. */
const WRITTEN: Readonly<Record<string, string>> = {
  column: "DEFAULT",
  constraint: "CONSTRAINT",
  index: "INDEX",
  policy: "POLICY",
  rule: "RULE",
  trigger: "TRIGGER",
};

/** What a person has added to an extension's table: no later version takes it away. */
const ADDED = ["policy", "row security", "trigger"];

/** Relations whose rows have a type of the same name. */
const WITH_ROW_TYPE = ["table", "view", "materialized view", "foreign table"];

/** The type of a relation's rows follows it: by pg_upgrade it joins its extension, by ALTER EXTENSION it does not. */
function leaveOutRowTypes(entries: Map<string, Entry>) {
  for (const [key, { extension, kind, name, part }] of entries) {
    if (kind !== "member" || part !== "type") continue;
    const isRow = WITH_ROW_TYPE.some((of) =>
      entries.has(JSON.stringify(["member", extension, name, of]))
    );
    if (isRow) entries.delete(key);
  }
}

function parse(text: string): Entries {
  const entries = new Map<string, Entry>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [kind, extension, name, part, ...values] = JSON.parse(
      line,
    ) as [string, string, string, string, ...unknown[]];
    entries.set(JSON.stringify([kind, extension, name, part]), {
      ...{ kind, extension, name, part, values },
    });
  }
  leaveOutRowTypes(entries);
  return entries;
}

const versionOf = (entries: Entries, extension: string) =>
  entries.get(JSON.stringify(["version", extension, "", ""]))?.values[0];

function sameValue(kind: string, before: unknown, after: unknown): boolean {
  if (before === after) return true;
  const type = WRITTEN[kind];
  return type !== undefined && typeof before === "string" &&
    typeof after === "string" && sameText(type, before, after);
}

const sameValues = ({ kind }: Entry, before: Entry, after: Entry) =>
  before.values.length === after.values.length &&
  before.values.every((value, at) => sameValue(kind, value, after.values[at]));

/** Whether nothing was lost, although the two are not the same. */
function isHarmless(
  of: Entry,
  [old, next]: readonly [Entry | undefined, Entry | undefined],
  versions: readonly [unknown, unknown],
): boolean {
  if (of.kind === "version") {
    // One that is not there at all is told among the extensions.
    return old === undefined || next === undefined ||
      (!falls(...versions) && old.values[1] === next.values[1]);
  }
  if (of.extension === "" || versions[0] === versions[1]) return false;
  return old === undefined || next !== undefined || !ADDED.includes(of.kind);
}

function describe({ extension, kind, name, part }: Entry): string {
  if (kind === "version") return `version of extension ${nameOf(extension)}`;
  if (kind === "member") return `${part} ${name} of extension ${extension}`;
  if (kind === "object of the system") {
    return `${part} ${name} among the system's own objects`;
  }
  if (kind === "switched off") return `triggers of ${part} on ${name}`;
  const words = [kind, part && `${nameOf(part)} of`, name];
  return `${words.filter(Boolean).join(" ")}${
    extension && ` of extension ${nameOf(extension)}`
  }`;
}

const shown = (entry: Entry | undefined) =>
  entry === undefined
    ? undefined
    : entry.values.filter((value) => value !== null).join(", ") || "is there";

/** Compares two files of entries, whatever their order. */
export function* compareCatalogs(
  before: string,
  after: string,
  where: string,
): Generator<Difference> {
  // As a rule they are alike.
  if (before === after) return;
  const [was, is] = [parse(before), parse(after)];
  yield* compareMaps(was, is, function* (_, old, next) {
    const of = old ?? next;
    if (of === undefined) return;
    if (old && next && sameValues(of, old, next)) return;
    const versions = [
      versionOf(was, of.extension),
      versionOf(is, of.extension),
    ] as const;
    if (isHarmless(of, [old, next], versions)) return;
    yield {
      object: `${describe(of)} ${where}`,
      old: shown(old),
      new: shown(next),
    };
  });
}

/**
 * Compares what the system's own catalogs said before anything was restored
 * with what they say of one database afterwards. A catalog without a sum has
 * no row that was written since.
 */
export function* compareSystem(
  before: string,
  after: string,
  where: string,
): Generator<Difference> {
  yield* compareMaps(parse(before), parse(after), function* (_, old, next) {
    const [[count, sum], [found, other, changed]] = [
      old?.values ?? [],
      next?.values ?? [],
    ];
    if (old && next && count === found && (other === null || sum === other)) {
      return;
    }
    const named = changed === null || changed === undefined
      ? ""
      : `, changed: ${changed}`;
    yield {
      object: `the system's own objects in ${old?.name ?? next?.name} ${where}`,
      old: `${count} as initdb made them`,
      new: `${found}${named}`,
    };
  });
}

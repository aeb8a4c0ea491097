import type { Difference, Way } from "./compare.ts";
import { type Content, type Held, placeOf } from "./oracle.ts";

/**
 * What differs although nothing is lost: each rule with its reason, by version
 * and method where it depends on them. Nothing else is passed.
 */
interface Rule {
  readonly reason: string;
  readonly where?: (way: Way) => boolean;
  readonly fits: (difference: Difference, both: Both) => boolean;
}

interface Both {
  readonly old: Held;
  readonly next: Held;
}

const list = (text: string | undefined): string[] =>
  text === undefined || text === "null" ? [] : JSON.parse(text);

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((it, index) => it === b[index]);

const unstamped = (text: string | undefined) =>
  list(text).filter((it) => !it.startsWith("pg_attver="));

const crosses = (version: number) => ({ from, to }: Way) =>
  from < version && to >= version;

/** Settings that a version does not know any more, by the version that has dropped them. */
const DROPPED = new Map([
  ["operator_precedence_warning", 14],
  ["vacuum_cleanup_index_scale_factor", 14],
  ["stats_temp_directory", 15],
  ["promote_trigger_file", 16],
  ["vacuum_defer_cleanup_age", 16],
  ["db_user_namespace", 17],
  ["old_snapshot_threshold", 17],
  ["trace_recovery_messages", 17],
]);

const RULES: readonly Rule[] = [
  {
    reason: "a setting that the new version does not know, which plan tells",
    fits: ({ catalog, key, new: next }, { next: { major }, old }) =>
      catalog === "file setting" && next === undefined &&
      old.major < (DROPPED.get(key) ?? 0) && major >= (DROPPED.get(key) ?? 0),
  },
  {
    reason: "17 has the privilege MAINTAIN, which whoever had all now has, too",
    where: crosses(17),
    fits: ({ column, new: next, old }) =>
      /(acl|initprivs)$/.test(column) &&
      same(
        list(old),
        list(next).filter((it) => !/=MAINTAIN\*?\//.test(it)),
      ),
  },
  {
    reason: "17 writes a target of -1 as none",
    where: crosses(17),
    fits: ({ column, new: next, old }) =>
      /stattarget$/.test(column) && old === '"-1"' && next === "null",
  },
  {
    reason: "18 keeps NOT NULL as a constraint, 17 that of a domain",
    where: ({ from, to }) => from < 18 && to >= 17,
    fits: ({ catalog, column, key, old }, { next }) =>
      catalog === "pg_constraint" && column === "" && old === undefined &&
      / constraint /.test(key) &&
      [...next.databases.values()].some((content) =>
        content.get(placeOf(catalog, key, "contype")) === '"n"'
      ),
  },
  {
    reason: "14 gives a sequence no type of rows",
    where: crosses(14),
    fits: ({ catalog, database, key, new: next }, { old }) =>
      catalog === "pg_type" && next === undefined &&
      has(old.databases.get(database), "pg_class", `sequence ${key}`),
  },
  {
    reason: "14 gives each range type a multirange",
    where: crosses(14),
    fits: ({ catalog, database, key, old }, { next }) =>
      old === undefined && /^pg_(type|proc|cast|depend)$/.test(catalog) &&
      multiranges(next.databases.get(database)).some((it) => key.includes(it)),
  },
  {
    reason: "15 has a column of its own for ICU's locales",
    where: crosses(15),
    fits: ({ catalog, column, database, key, new: next, old }, both) =>
      catalog === "pg_collation" && /^coll(collate|ctype)$/.test(column) &&
      next === "null" &&
      textOf(
          both.next.databases.get(database)?.get(
            placeOf(catalog, key, "colllocale"),
          ),
        ).toLowerCase() === textOf(old).toLowerCase(),
  },
  {
    reason: "a copy of the collation C comes back for its database's encoding",
    fits: ({ column, old }) => column === "collencoding" && old === '"-1"',
  },
  {
    reason: "14 gives a conversion's function a parameter more",
    where: crosses(14),
    fits: ({ column, new: next, old }) =>
      column === "conproc" &&
      next === old?.replace(/,integer\)"$/, ',integer,boolean)"'),
  },
  {
    reason: "17.12 stamps its columns with an option of its own",
    fits: ({ column, new: next, old }) =>
      column === "attoptions" && same(unstamped(old), unstamped(next)),
  },
  {
    reason: "14 names a procedure's arguments IN",
    where: crosses(14),
    fits: ({ column, key, new: next, old }) =>
      column === "proargdefaults" && key.startsWith("procedure ") &&
      next?.replace(/(^"|, )IN /g, "$1") === old,
  },
  {
    reason: "16 has a letter where there was a boolean",
    where: crosses(16),
    fits: ({ column, new: next, old }) =>
      column === "substream" && old?.slice(1, 2) === next?.slice(1, 2),
  },
  {
    reason: "of an index's column only its options are anybody's",
    fits: ({ catalog, column, key }) =>
      catalog === "pg_attribute" && key.startsWith("index ") &&
      /^att(storage|align|compression)$/.test(column),
  },
  {
    reason: "an invalid index, which plan warns of",
    fits: ({ catalog, database, key, new: next }, { old }) =>
      next === undefined &&
      invalidIndexes(old.databases.get(database)).some((index) =>
        key === index || catalog === "pg_attribute" &&
          key.startsWith(`${index}.`) ||
        key.endsWith(` ${index}`)
      ),
  },
  {
    reason: "an extension's version rises",
    fits: ({ column, new: next, old }) =>
      column === "extversion" && isLater(textOf(next), textOf(old)),
  },
  {
    reason: "a type's array, and a table's type, belong to its extension, too",
    fits: ({ catalog, key, old }) =>
      catalog === "pg_depend" && old === undefined && /^e type /.test(key),
  },
  {
    reason: "an object of an extension whose version has risen",
    fits: (difference, { next, old }) => {
      const { catalog, column, database } = difference;
      if (/(acl|owner|description)$/.test(column)) return false;
      const risen = risenExtensions(
        old.databases.get(database),
        next.databases.get(database),
      );
      if (risen.length === 0) return false;
      const { key } = difference;
      if (catalog === "pg_depend") {
        return risen.some((extension) => key.endsWith(` ${extension}`));
      }
      return [old, next].some(({ databases }) =>
        isMember(databases.get(database), key, risen)
      );
    },
  },
];

const textOf = (text: string | undefined): string => {
  const value: unknown = text === undefined ? "" : JSON.parse(text);
  return typeof value === "string" ? value : "";
};

function isLater(next: string, old: string): boolean {
  const [a, b] = [next, old].map((it) => it.split(".").map(Number));
  const at = a?.findIndex((part, index) => part !== (b?.[index] ?? 0)) ?? -1;
  return at < 0 || (a?.[at] ?? 0) > (b?.[at] ?? 0);
}

const has = (content: Content | undefined, catalog: string, key: string) =>
  content?.has(placeOf(catalog, key, "")) ?? false;

/** Looked for once in each content: differences are thousands, and so are places. */
function once<T>(find: (content: Content) => T, none: T) {
  const found = new WeakMap<Content, T>();
  return (content: Content | undefined): T => {
    if (content === undefined) return none;
    const known = found.get(content) ?? find(content);
    found.set(content, known);
    return known;
  };
}

const multiranges = once(
  (content): string[] =>
    [...content].flatMap(([place, value]) => {
      const [catalog, key = "", column] = place.split(" \u2502 ");
      return catalog === "pg_type" && column === "typtype" && value === '"m"'
        ? [key]
        : [];
    }),
  [],
);

const invalidIndexes = once(
  (content): string[] =>
    [...content].flatMap(([place, value]) => {
      const [catalog, key = "", column] = place.split(" \u2502 ");
      return catalog === "pg_index" && column === "indisvalid" &&
          value === '"false"'
        ? [key]
        : [];
    }),
  [],
);

/** Extensions that have another version than before. */
function risenExtensions(old: Content | undefined, next: Content | undefined) {
  return extensionVersions(old).flatMap(([key, place, value]) =>
    next?.get(place) !== undefined && next.get(place) !== value ? [key] : []
  );
}

const extensionVersions = once(
  (content): (readonly [string, string, string])[] =>
    [...content].flatMap(([place, value]) => {
      const [catalog, key = "", column] = place.split(" \u2502 ");
      return catalog === "pg_extension" && column === "extversion"
        ? [[key, place, value] as const]
        : [];
    }),
  [],
);

function isMember(
  content: Content | undefined,
  key: string,
  extensions: readonly string[],
): boolean {
  return extensions.some((extension) => {
    const is = (object: string) =>
      has(content, "pg_depend", `e ${object} ${extension}`);
    const kinds = ["table", "view", "type", "sequence", "index"];
    const whole = key.replace(/\[\]$/, "");
    if (is(key) || kinds.some((kind) => is(`${kind} ${whole}`))) return true;
    // A part of a member: a class's operators, a table's columns.
    const of = /^.*(?: of | on )(.*)$/s.exec(key)?.[1] ??
      key.replace(/\.[^.]*$/, "");
    return is(of) ||
      ["operator family", "operator class", ...kinds].some((kind) =>
        is(`${kind} ${of}`)
      );
  });
}

/** The reason why it is no loss; undefined where there is none. */
export function explain(
  difference: Difference,
  way: Way,
  both: Both,
): string | undefined {
  return RULES.find(({ fits, where }) =>
    (where === undefined || where(way)) && fits(difference, both)
  )?.reason;
}

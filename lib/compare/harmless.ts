import { settledTokens } from "./expressions.ts";
import { languageTag } from "./icu_locale.ts";
import { sameButForQualifiers, statementsOf } from "./tokens.ts";

/**
 * What may differ between the old schema and the new one although nothing was
 * lost: each rule with its reason, in one table. A rule is asked only where
 * the texts differ, and rewrites both until they are equal or stay different.
 */

/** The old and the new text of one object. */
export type Pair = readonly [before: string, after: string];

interface Rule {
  readonly reason: string;
  /** The types of pg_dump's table of contents that the rule is for. */
  readonly types: readonly string[];
  readonly rewrite: (pair: Pair) => Pair;
}

const VIEWS = ["VIEW", "MATERIALIZED VIEW", "RULE"];
const WITH_EXPRESSIONS = [
  ...VIEWS,
  "TABLE",
  "INDEX",
  "POLICY",
  "ROW SECURITY",
  "CONSTRAINT",
  "CHECK CONSTRAINT",
  "TRIGGER",
  "DEFAULT",
  "DOMAIN",
  "FUNCTION",
  "PROCEDURE",
  "STATISTICS",
  "PUBLICATION TABLE",
  "TABLE ATTACH",
];

const both =
  (change: (text: string) => string) => ([before, after]: Pair): Pair => [
    change(before),
    change(after),
  ];

/** ICU locales as language tags, which 16 and later write for what older ones keep as it was given. */
function sameIcuLocales([before, after]: Pair): Pair {
  const pattern = /((?:locale|ICU_LOCALE) = )'((?:[^']|'')*)'/g;
  if (!/icu/i.test(before) || !/icu/i.test(after)) return [before, after];
  const tagged = (text: string) =>
    text.replace(
      pattern,
      (_, key, locale) => `${key}'${languageTag(locale)}'`,
    );
  return [tagged(before), tagged(after)];
}

/** All privileges on a table before 17, as its pg_dump writes them. */
const ALL_BEFORE_17 = "SELECT,INSERT,REFERENCES,DELETE,TRIGGER,TRUNCATE,UPDATE";

/**
 * An owner from whom an old server took all seven privileges, to give some
 * back, has lost all there are, and keeps MAINTAIN in the new one.
 */
function withoutMaintain([before, after]: Pair): Pair {
  if (/\bMAINTAIN\b/.test(before)) return [before, after];
  const taken = new Set<string>();
  const old = before.replace(
    new RegExp(
      `\\bREVOKE ${ALL_BEFORE_17}( ON [^\\n]* FROM ([^\\n]*);)$`,
      "gm",
    ),
    (_, rest, name) => (taken.add(name), `REVOKE ALL${rest}`),
  );
  const plain = after.replace(
    /^(.*\bGRANT )([A-Z,]+)( ON [^\n]* TO ([^\n]*);)\n?/gm,
    (line, begin, privileges, end, name) => {
      if (!taken.has(name)) return line;
      const kept = privileges.split(",").filter((it: string) =>
        it !== "MAINTAIN"
      );
      return kept.length === 0 ? "" : `${begin}${kept.join(",")}${end}\n`;
    },
  );
  return [old.trimEnd(), plain.trimEnd()];
}

/** A stamp may stand alone among a column's options, or beside others. */
function withoutStamps([before, after]: Pair): Pair {
  const name = /(?:"(?:[^"]|"")*"|[\w$]+)/.source;
  const alone = new RegExp(
    String
      .raw`^ALTER (?:FOREIGN )?TABLE ONLY ${name}\.${name} ALTER COLUMN ${name} SET \(pg_attver=\d+\);\n?`,
    "gm",
  );
  return [
    before.replace(alone, "").replace(
      /( SET \([^;\n]*?)(?:, pg_attver=\d+|pg_attver=\d+, )/g,
      "$1",
    ),
    after,
  ];
}

/**
 * `p(IN a integer, INOUT b text)` is `p(a integer, INOUT b text)`; not in a
 * body, hence only where a statement of pg_dump's begins, or in an object's name.
 */
export const withoutIn = (text: string) =>
  text.replace(
    /^(?:(?:CREATE|ALTER|COMMENT ON|GRANT|REVOKE)\b.*)?\bPROCEDURE .*$/gm,
    (line) => line.replace(/([(,] ?)IN /g, "$1"),
  );

/** The name that a NOT NULL has from 18 on, where the old text has none of them. */
function withoutNamesOfNotNull([before, after]: Pair): Pair {
  const named = / CONSTRAINT (?:"(?:[^"]|"")*"|[\w$\u0080-\uffff]+) NOT NULL/g;
  return named.test(before)
    ? [before, after]
    : [before, after.replace(named, " NOT NULL")];
}

/** The statements behind the line with the owner, whatever their order. */
function inOneOrder(text: string): string {
  const [owner = "", ...lines] = text.split("\n");
  return [owner, ...statementsOf(lines.join("\n")).sort()].join("\n");
}

/** Without the parentheses around it alone, of which some releases leave out those that it needs. */
function withBareDocument(text: string): string {
  const next = text.replace(
    /\(([\w.]+(?:\([^()]*\))? IS DOCUMENT)\)/g,
    "$1",
  );
  return next === text ? text : withBareDocument(next);
}

/** A new line of the new text that the old server had no word for. */
const unlessInOld = (pattern: RegExp) => ([before, after]: Pair): Pair =>
  pattern.test(before) ? [before, after] : [before, after.replace(pattern, "")];

export const RULES: readonly Rule[] = [
  {
    reason:
      "14 gives every range type a multirange type, with a name made by itself",
    types: ["TYPE"],
    rewrite: unlessInOld(/,\n\s*multirange_type_name = [^\n]+?(?=,?\n)/),
  },
  {
    reason: "14 names a procedure's arguments IN, which 13 leaves out",
    types: ["PROCEDURE", "ACL", "COMMENT"],
    rewrite: both(withoutIn),
  },
  {
    reason: "16 writes ICU locales as language tags: de-DE for de_DE",
    types: ["COLLATION", "DATABASE"],
    rewrite: sameIcuLocales,
  },
  {
    reason:
      "17 has a privilege more, MAINTAIN, that GRANT ALL contains and an older REVOKE does not name",
    types: ["ACL", "DEFAULT ACL"],
    rewrite: withoutMaintain,
  },
  {
    reason:
      "17.12 stamps its columns with an option that only it and its pg_dump know",
    types: ["TABLE", "FOREIGN TABLE", "MATERIALIZED VIEW"],
    rewrite: withoutStamps,
  },
  {
    reason:
      "18 names every NOT NULL, and its pg_dump tells the name where it was cut",
    types: ["TABLE", "FOREIGN TABLE"],
    rewrite: withoutNamesOfNotNull,
  },
  {
    reason:
      "18.6 writes an index over IS DOCUMENT without the parentheses that it needs, 17.12 with them",
    types: ["INDEX"],
    rewrite: both(withBareDocument),
  },
  {
    reason: "Settings of a database come in the order of the roles' numbers",
    types: ["DATABASE PROPERTIES"],
    rewrite: both(inOneOrder),
  },
  {
    reason: "11 says EXECUTE FUNCTION where 10 said EXECUTE PROCEDURE",
    types: ["TRIGGER", "EVENT TRIGGER"],
    rewrite: both((text) =>
      text.replace(/EXECUTE PROCEDURE/g, "EXECUTE FUNCTION")
    ),
  },
  {
    reason:
      "A restored expression is read and written again, and expressions.ts knows what that changes: " +
      "(ARRAY['a'::character varying])::text[] comes back as ARRAY[('a'::character varying)::text]",
    types: WITH_EXPRESSIONS,
    rewrite: both((text) => settledTokens(text).join(" ")),
  },
  {
    reason:
      "16 leaves out the table's name where a view has one table: SELECT id for SELECT customers.id",
    types: VIEWS,
    rewrite: ([before, after]) =>
      sameButForQualifiers(settledTokens(before), settledTokens(after))
        ? [after, after]
        : [before, after],
  },
];

/** Whether two texts of an object of this type say the same. */
export function sameText(type: string, before: string, after: string): boolean {
  let pair: Pair = [before, after];
  for (const rule of RULES) {
    if (pair[0] === pair[1]) return true;
    if (rule.types.includes(type)) pair = rule.rewrite(pair);
  }
  return pair[0] === pair[1];
}

/** What only one cluster has, and what the other's server brings by itself. */
export function isBrought(
  { name, type }: { type: string; name: string },
  [before, after]: readonly [string | undefined, string | undefined],
): boolean {
  if (type !== "COMMENT") return false;
  // CREATE EXTENSION takes the comment of its control file.
  if (name.startsWith("EXTENSION ")) return before === undefined;
  // A comment that was taken away; pg_upgrade leaves the one that initdb makes.
  return name === "SCHEMA public" && after === undefined &&
    / IS '';$/.test(before?.trimEnd() ?? "");
}

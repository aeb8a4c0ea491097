import { ask, type Session } from "../host/psql.ts";
import type { Difference } from "./compare.ts";
import { type Held, placeOf } from "./oracle.ts";

/**
 * Versions write one expression in different words: with or without a table's
 * name, a cast here or there. Whether two texts say the same is asked of the
 * new server itself: it reads the old text, and must write it down as it
 * writes what it has. All that is made for it is rolled back.
 */

/** What the statements need to know of the object. */
interface Object {
  /** The key behind its kind: `name on schema.table`. */
  readonly name: string;
  readonly of: string;
  readonly text: string;
  /** Another column of the old row. */
  readonly value: (column: string) => string | undefined;
}

interface Reading {
  /** Statements that have the new server read the old text. */
  readonly make: (object: Object) => string;
  /** An expression that is the text as the new server writes it. */
  readonly read: (object: Object) => string;
}

/** Of an object by its name, with quotes inside doubled. */
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

const READINGS: Readonly<Record<string, Reading>> = {
  "pg_rewrite.ev_action": {
    make: ({ name, of, text }) =>
      /^\s*CREATE RULE/.test(text)
        ? `DROP RULE ${name} ON ${of}; ${text}`
        : `CREATE TEMP VIEW zoo_read AS ${text}`,
    read: ({ name, of, text }) =>
      /^\s*CREATE RULE/.test(text)
        ? `pg_get_ruledef((SELECT r.oid FROM pg_rewrite AS r WHERE quote_ident(r.rulename) = ${
          literal(name)
        } AND r.ev_class = ${literal(of)}::regclass))`
        : "pg_get_viewdef('pg_temp.zoo_read'::regclass)",
  },
  "pg_constraint.conbin": {
    make: ({ of, text }) =>
      of.startsWith("domain ")
        ? `ALTER DOMAIN ${of.slice(7)} ADD CONSTRAINT zoo_read ${
          valid(text)
        } NOT VALID`
        : `ALTER TABLE ${of} ADD CONSTRAINT zoo_read ${valid(text)} NOT VALID`,
    read: ({ text }) =>
      `(SELECT ${
        / NOT VALID$/.test(text)
          ? "pg_get_constraintdef(oid)"
          : "regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '')"
      } FROM pg_constraint WHERE conname = 'zoo_read' ORDER BY coninhcount LIMIT 1)`,
  },
  "pg_policy.polqual": policy("USING", "polqual"),
  "pg_policy.polwithcheck": policy("WITH CHECK", "polwithcheck"),
  "pg_trigger.tgqual": {
    make: ({ name, of, text }) => `DROP TRIGGER ${name} ON ${of}; ${text}`,
    read: ({ name, of }) =>
      `pg_get_triggerdef((SELECT oid FROM pg_trigger WHERE quote_ident(tgname) = ${
        literal(name)
      } AND tgrelid = ${literal(of)}::regclass))`,
  },
  "pg_index.indexprs": {
    make: ({ name, text }) => `ALTER INDEX ${name} RENAME TO zoo_read; ${text}`,
    read: ({ name }) => `pg_get_indexdef(${literal(name)}::regclass)`,
  },
  "pg_index.indpred": {
    make: ({ name, value }) =>
      `ALTER INDEX ${name} RENAME TO zoo_read; ${value("indexprs") ?? ""}`,
    read: ({ name }) =>
      `(SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = ${
        literal(name)
      }::regclass)`,
  },
  "pg_attrdef.adbin": {
    make: ({ of, text, value }) =>
      `CREATE TEMP TABLE zoo_read (LIKE ${of}); ALTER TABLE zoo_read ADD zoo_column text GENERATED ALWAYS AS ((${text})::text) STORED`
        .replace(
          /ADD zoo_column.*$/s,
          (generated) =>
            value("adnum") === undefined
              ? generated
              : `ALTER ${JSON.stringify(value("adnum"))} SET DEFAULT ${text}`,
        ),
    read: () =>
      `(SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'pg_temp.zoo_read'::regclass)`,
  },
  "pg_proc.prosqlbody": {
    make: ({ name, text, value }) =>
      `CREATE OR REPLACE FUNCTION ${nameAlone(name)}(${
        value("proargdefaults") ?? ""
      }) RETURNS ${value("prorettype") ?? "int"} LANGUAGE sql ${text}`,
    read: ({ name }) =>
      `pg_get_function_sqlbody(${literal(name)}::regprocedure)`,
  },
};

/** `s.f(integer)` without its arguments. */
const nameAlone = (name: string) =>
  name.replace(/\((?:[^()"]|"(?:[^"]|"")*")*\)$/, "");

function policy(word: string, column: string): Reading {
  return {
    make: ({ of, text }) => `CREATE POLICY zoo_read ON ${of} ${word} (${text})`,
    read: () =>
      `(SELECT pg_get_expr(${column}, polrelid) FROM pg_policy WHERE polname = 'zoo_read')`,
  };
}

const valid = (text: string) => text.replace(/ NOT VALID$/, "");

/** Differences that are one text in other words, by what the new server makes of it. */
export async function sayTheSame(
  session: Session,
  differences: readonly Difference[],
  old: Held,
  note: (line: string) => void = () => {},
): Promise<Set<Difference>> {
  const found = new Set<Difference>();
  const byDatabase = new Map<string, Difference[]>();
  for (const difference of differences) {
    const { catalog, column, database, new: next, old: was } = difference;
    if (!(`${catalog}.${column}` in READINGS) || !next || !was) continue;
    byDatabase.set(database, [...byDatabase.get(database) ?? [], difference]);
  }
  for (const [database, all] of byDatabase) {
    const script = all.map((difference, index) =>
      `BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL search_path = pg_catalog;\n${
        readingOf(difference, old, database, index)
      }\nROLLBACK;`
    );
    const { errors, out } = await ask(
      session,
      database,
      latin(script.join("\n")),
      { stop: false, encoding: "UTF8" },
    );
    if (errors !== "") note(errors);
    for (const line of out.split("\n").filter((it) => it.startsWith("["))) {
      const [index, text] = JSON.parse(line) as [number, string];
      const difference = all[index];
      if (
        difference &&
        plain(JSON.stringify(text)) === plain(difference.new ?? "")
      ) {
        found.add(difference);
      }
    }
  }
  return found;
}

/** How text is broken into lines says nothing. */
const plain = (text: string) => text.replace(/(\\n|\s)+/g, " ");

/** Answers have one character a byte; so has what goes back. */
const latin = (text: string) =>
  new TextDecoder().decode(Uint8Array.from(text, (it) => it.charCodeAt(0)));

function readingOf(
  difference: Difference,
  old: Held,
  database: string,
  index: number,
) {
  const { catalog, column, key, old: was } = difference;
  const reading = READINGS[`${catalog}.${column}`];
  const value = (name: string) => {
    const found = old.databases.get(database)?.get(placeOf(catalog, key, name));
    const text: unknown = found === undefined ? null : JSON.parse(found);
    return typeof text === "string" ? text : undefined;
  };
  const object = { ...nameOf(key), text: JSON.parse(was ?? '""'), value };
  return reading === undefined
    ? ""
    : `${reading.make(object)};\nSELECT json_build_array(${index}, ${
      reading.read(object)
    });`;
}

/** `rule "x" on s.t`, `table constraint c on s.t`, `index s.i`, `default value for s.t.c`. */
function nameOf(key: string): { name: string; of: string } {
  const value = /^default value (?:for )?(.*)\.[^.]*$/s.exec(key);
  if (value) return { name: "", of: value[1] ?? "" };
  const [, kind = "", rest = ""] =
    /^(rule|trigger|policy|table constraint|domain constraint|index|view|function|procedure) (.*)$/s
      .exec(key) ?? [];
  const at = rest.indexOf(" on ");
  if (at < 0) return { name: rest, of: "" };
  const of = rest.slice(at + 4);
  return {
    name: rest.slice(0, at),
    of: kind === "domain constraint" ? `domain ${of}` : of,
  };
}

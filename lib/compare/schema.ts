import { compareMaps, type Difference, differenceOf } from "./difference.ts";
import { isBrought, sameText, withoutIn } from "./harmless.ts";

/** One entry of a schema that pg_dump wrote. */
interface SchemaObject {
  readonly type: string;
  /** The schema it is in, "-" for none. */
  readonly schema: string;
  readonly name: string;
  /** Its statements, with owner, table space and access method. */
  readonly text: string;
}

/** The head of an entry; pg_dump puts no line feed into it. */
const HEAD =
  /^--\n-- Name: (.*); Type: (.*?); Schema: (.*?); Owner: (.*)\n--$/gm;

/** What stands between entries for the session's sake and says nothing of an object. */
const SESSION_LINES =
  /^(?:SET (?:statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_encoding|standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security|escape_string_warning) = .*|SELECT pg_catalog\.set_config\('search_path', .*|\\(?:un)?restrict .*|\\connect .*)\n/gm;

/** What pg_dump sets ahead of the entries that it is for. */
const STANDING =
  /^SET (default_tablespace|default_table_access_method) = (.*);$/gm;

/** The types that a standing setting takes part in. */
const PLACED = ["TABLE", "INDEX", "MATERIALIZED VIEW", "CONSTRAINT"];

/** How a dump begins; since 17.6 with a word of its own, which it ends with, too. */
const BEGINNING =
  /^--\n-- PostgreSQL database dump\n--\n\n(?:\\restrict (\w+)\n\n)?-- Dumped from database version .*\n/;

/** The last comment of pg_dump's. */
const END = /^--\n-- PostgreSQL database dump complete\n--$/m;

const keyOf = (object: Omit<SchemaObject, "text">) =>
  JSON.stringify([object.type, object.schema, object.name]);

/** The entries of a schema, by type, schema and name. */
export function parseSchema(text: string): Map<string, SchemaObject> {
  const objects = new Map<string, SchemaObject>();
  const heads = [...text.matchAll(HEAD)];
  const standing = new Map<string, string>();
  heads.forEach((head, index) => {
    const [line, called = "", type = "", schema = "", owner = ""] = head;
    const name = withoutIn(called);
    const place = PLACED.includes(type)
      ? JSON.stringify([...standing].sort())
      : "";
    const until = heads[index + 1]?.index ?? text.length;
    const body = text.slice(head.index + line.length, until)
      .replace(SESSION_LINES, "").replace(END, "")
      .replace(
        STANDING,
        (_, setting, value) => (standing.set(setting, value), ""),
      );
    const full = `OWNER ${owner} ${place}\n${body.trim()}`;
    const key = keyOf({ name, type, schema });
    // Routines apart, entries of one name are the parts of one object, in this order.
    const known = objects.get(key);
    objects.set(key, {
      name,
      type,
      schema,
      text: known ? `${known.text}\n${full}` : full,
    });
  });
  return objects;
}

/** An object in words: `table app.orders`, `index app.orders_pkey`. */
function describe({ type, schema, name }: SchemaObject): string {
  const word = type === "ACL" ? "privileges on" : type.toLowerCase();
  return `${word} ${schema === "-" ? "" : `${schema}.`}${name}`;
}

/** Without what differs from one dump to the next. */
function withoutOccasion(text: string): string {
  const [beginning = "", word] = BEGINNING.exec(text) ?? [];
  const rest = text.slice(beginning.length);
  return word === undefined ? rest : rest.replaceAll(`restrict ${word}\n`, "");
}

/** Compares two schemas as pg_dump wrote them, object by object, whatever their order. */
export function* compareSchemas(
  before: string,
  after: string,
  where: string,
): Generator<Difference> {
  // As a rule they are alike, and of thousands of tables objects take memory
  // and a part of the downtime.
  if (withoutOccasion(before) === withoutOccasion(after)) return;
  yield* compareMaps(
    parseSchema(before),
    parseSchema(after),
    function* (_, old, next) {
      const object = old ?? next;
      if (object === undefined) return;
      if (old && next && sameText(object.type, old.text, next.text)) return;
      if (isBrought(object, [old?.text, next?.text])) return;
      yield differenceOf(`${describe(object)} ${where}`, old?.text, next?.text);
    },
  );
}

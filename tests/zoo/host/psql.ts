import type { Namespaces } from "./containers.ts";

/** Sessions to a server in a container, of the zoo's own and in its own manner. */

/** What every session of the zoo has, whatever is set for anybody. */
const OPTIONS = [
  "default_transaction_read_only=off",
  "role=none",
  "statement_timeout=0",
  "lock_timeout=0",
  "idle_in_transaction_session_timeout=0",
  "row_security=off",
  "client_min_messages=error",
  "TimeZone=UTC",
  "DateStyle=ISO,YMD",
  "IntervalStyle=postgres",
  "bytea_output=hex",
  "xmloption=content",
  "extra_float_digits=1",
  "lc_monetary=C",
  "lc_numeric=C",
  "quote_all_identifiers=off",
  "standard_conforming_strings=on",
  "search_path=pg_catalog",
  "default_transaction_isolation=read\\ committed",
  "temp_file_limit=-1",
  "log_statement=none",
  "backslash_quote=safe_encoding",
  "array_nulls=on",
  "transform_null_equals=off",
  "escape_string_warning=off",
];

/** With those that only later servers know. */
const optionsFor = (major: number) =>
  [
    ...OPTIONS,
    ...(major < 14 ? [] : ["idle_session_timeout=0"]),
    ...(major < 17 ? [] : ["transaction_timeout=0"]),
  ].map((option) => `-c ${option}`).join(" ");

export interface Session {
  readonly containers: Namespaces;
  readonly container: string;
  readonly superuser: string;
}

/** The answer in the bytes of the database's own encoding, one character a byte. */
export async function ask(
  { container, containers, superuser }: Session,
  database: string,
  sql: string,
  how: { stop?: boolean; options?: string; encoding?: string } = {},
): Promise<{ out: string; errors: string; code: number }> {
  const major = containers.majorOf(container) ?? 0;
  const { bytes, code, stderr } = await containers.exec(
    container,
    ["psql", "-XAtq", "-v", `ON_ERROR_STOP=${how.stop === false ? 0 : 1}`],
    {
      stdin: sql,
      env: {
        PGUSER: superuser,
        PGDATABASE: database,
        PATH: `/usr/lib/postgresql/${major}/bin:/bin`,
        PGOPTIONS: how.options ?? optionsFor(major),
        ...(how.encoding === undefined
          ? {}
          : { PGCLIENTENCODING: how.encoding }),
      },
    },
  );
  return { out: charByByte(bytes), errors: stderr, code };
}

/** What is called latin1 to a TextDecoder is another encoding. */
function charByByte(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return parts.join("");
}

/** @throws {Error} a statement fails */
export async function mustAsk(
  session: Session,
  database: string,
  sql: string,
  encoding = "UTF8",
) {
  const { code, errors, out } = await ask(session, database, sql, { encoding });
  if (code !== 0) throw new Error(`in ${database}: ${errors}\n${sql}`);
  return out;
}

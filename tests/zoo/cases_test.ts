import { assertEquals, assertMatch } from "@std/assert";
import type { From } from "./generate/cluster.ts";
import type { Method } from "./host/upgrade.ts";
import { type Outcome, runOne } from "./one.ts";

/** What the zoo has found, each in a cluster that has nothing else. */
interface Case {
  readonly name: string;
  readonly from: From;
  readonly sql: string;
  /** What `plan` says of it; the whole of it comes along where nothing stands. */
  readonly refused?: RegExp;
  readonly by?: readonly Method[];
}

/** What ends a session of others' after a millisecond, of a server of 13, 14 and 17. */
const TIMEOUTS = (from: From) =>
  [
    ...["statement_timeout", "lock_timeout"],
    "idle_in_transaction_session_timeout",
    ...(from < 14 ? [] : ["idle_session_timeout"]),
    ...(from < 17 ? [] : ["transaction_timeout"]),
  ].flatMap((name) =>
    ["ROLE postgres", "DATABASE postgres", "DATABASE one", "DATABASE template1"]
      .map((of) => `ALTER ${of} SET ${name} = '1ms';`)
  ).join("\n");

const CASES: readonly Case[] = [
  {
    name: "a language whose handler is the system's",
    from: 17,
    sql: "CREATE LANGUAGE mine HANDLER plpgsql_call_handler;",
    refused: /^objects: neither method can carry the language mine /,
  },
  {
    name: "a foreign key whose triggers are disabled",
    from: 15,
    sql:
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int REFERENCES p); ALTER TABLE c DISABLE TRIGGER ALL;",
    refused:
      /^objects: neither method can carry the disabled triggers of the key c_id_fkey of public\.c /,
  },
  {
    name: "a conversion from before 14",
    from: 13,
    sql: "CREATE CONVERSION odd FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;",
    by: ["pg_upgrade"],
    refused: /^objects: pg_upgrade refuses the conversion public.odd /,
  },
  {
    name: "an aggregate that appends any element to any array",
    from: 13,
    sql:
      "CREATE AGGREGATE glue(anyelement) (SFUNC = array_append, STYPE = anyarray, INITCOND = '{}');",
    refused:
      /^objects: PostgreSQL 14 and later reject the aggregate public\.glue\(anyelement\)/,
  },
  {
    name: "an operator behind its operand",
    from: 13,
    sql: "CREATE OPERATOR !# (LEFTARG = int8, FUNCTION = numeric_fac);",
    refused:
      /^objects: PostgreSQL 14 and later reject the operator public\.!#\(/,
  },
  {
    name: "a column that may be null, and its parent's may not",
    from: 17,
    sql:
      "CREATE TABLE p (a int); CREATE TABLE c () INHERITS (p); ALTER TABLE ONLY p ALTER a SET NOT NULL; INSERT INTO c VALUES (NULL);",
    refused:
      /^objects: NOT NULL in the parent table, but able to hold NULL itself, is a of public\.c /,
  },
  {
    name: "a column of a row of the system's",
    from: 15,
    sql: "CREATE TABLE t (r pg_cast);",
    by: ["pg_upgrade"],
    refused: /^types: pg_upgrade cannot keep the numbers in public\.t\.r /,
  },
  {
    name: "a view that was added to an extension",
    from: 17,
    sql:
      "CREATE EXTENSION pg_trgm; CREATE VIEW joined AS SELECT 1 AS a; ALTER EXTENSION pg_trgm ADD VIEW joined;",
    by: ["dump"],
    refused: /^extension tables: a dump leaves out public\.joined /,
  },
  {
    name: "a subscription that does not stream, from a server that stamps",
    from: 17,
    sql:
      "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = NONE);",
  },
  {
    name: "comments on what initdb has made of plpgsql",
    from: 15,
    sql:
      "COMMENT ON EXTENSION plpgsql IS 'theirs'; COMMENT ON LANGUAGE plpgsql IS 'their''s';",
  },
  {
    name: "comments on what initdb has made of plpgsql, taken away",
    from: 17,
    sql:
      "COMMENT ON EXTENSION plpgsql IS NULL; COMMENT ON LANGUAGE plpgsql IS NULL;",
  },
  {
    name: "comments on the schema public, taken away or changed",
    from: 17,
    sql:
      "COMMENT ON SCHEMA public IS NULL;\n\\connect template1\nCOMMENT ON SCHEMA public IS NULL;\n\\connect postgres\nCOMMENT ON SCHEMA public IS 'ours';",
  },
  {
    name: "what was changed of an extension's functions",
    from: 17,
    sql: `CREATE EXTENSION pgcrypto SCHEMA public;
ALTER FUNCTION crypt(text, text) COST 77;
ALTER FUNCTION gen_salt(text) STABLE; COMMENT ON FUNCTION gen_salt(text) IS 'changed';`,
  },
  {
    name: "a role's function that is called with constants as a table is made",
    from: 15,
    sql:
      `CREATE ROLE mallory; GRANT CREATE ON SCHEMA public TO mallory; SET ROLE mallory;
CREATE FUNCTION plain(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + plain(7)) STORED);`,
    refused:
      /^expressions: default value for column b of table public\.t with public\.plain\(integer\) of mallory /,
  },
  {
    name: "a role's function that a planner calls for an index",
    from: 17,
    sql:
      `CREATE ROLE mallory; GRANT CREATE ON SCHEMA public TO mallory; SET ROLE mallory;
CREATE FUNCTION plain(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE TABLE t (a int); CREATE INDEX i ON t (a) WHERE a > plain(coalesce(NULL, 1));`,
    refused:
      /^expressions: index public\.i with public\.plain\(integer\) of mallory /,
  },
  {
    name: "a role's function that is called with columns",
    from: 15,
    sql:
      `CREATE ROLE mallory; GRANT CREATE ON SCHEMA public TO mallory; SET ROLE mallory;
CREATE FUNCTION plain(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lowered(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + plain(a)) STORED,
  c text GENERATED ALWAYS AS (lowered(a::text)) STORED); INSERT INTO t VALUES (1);`,
  },
  {
    name: "a role's function in the key of a partitioned table",
    from: 13,
    sql:
      `CREATE ROLE mallory; GRANT CREATE ON SCHEMA public TO mallory; SET ROLE mallory;
CREATE FUNCTION inner_one(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION plain(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + public.inner_one(1)';
CREATE TABLE t (a int) PARTITION BY RANGE (plain(a));`,
    refused:
      /^expressions: table public\.t with public\.plain\(integer\) of mallory /,
  },
  {
    name: "an index whose definition no server reads",
    from: 15,
    sql: "CREATE TABLE t (d xml); CREATE INDEX i ON t ((d IS DOCUMENT));",
    refused:
      /^objects: PostgreSQL cannot read back the IS DOCUMENT that it prints for index public\.i /,
  },
  {
    name: "an index whose definition the new server alone writes amiss",
    from: 17,
    sql: "CREATE TABLE t (d xml); CREATE INDEX i ON t ((d IS DOCUMENT));",
  },
  {
    name: "a text search configuration of the system's that was altered",
    from: 17,
    sql:
      "ALTER TEXT SEARCH CONFIGURATION pg_catalog.english ALTER MAPPING FOR word WITH pg_catalog.simple;",
    refused:
      /^objects: neither method can carry the changes to the text search configuration english /,
  },
  {
    name: "a text search dictionary that was altered and brought back",
    from: 13,
    sql: `ALTER TEXT SEARCH DICTIONARY pg_catalog.english_stem (StopWords);
ALTER TEXT SEARCH DICTIONARY pg_catalog.english_stem (StopWords = english);`,
  },
  {
    name: "a function that was added to an extension",
    from: 17,
    sql: `CREATE EXTENSION pg_trgm SCHEMA public;
CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER EXTENSION pg_trgm ADD FUNCTION mine();`,
    by: ["dump"],
    refused: /^extension tables: a dump leaves out function public\.mine\(\) /,
  },
  {
    name: "an extension's operator behind its operand",
    from: 13,
    sql: `CREATE EXTENSION hstore SCHEMA public;
CREATE OPERATOR !# (LEFTARG = int8, FUNCTION = numeric_fac); ALTER EXTENSION hstore ADD OPERATOR !# (int8, NONE);`,
    by: ["pg_upgrade"],
    refused:
      /^objects: pg_upgrade would keep, and PostgreSQL 14 and later reject, the operator public\.!#\(/,
  },
  {
    name: "letters that the client encoding set for a role does not have",
    from: 17,
    sql: `CREATE TABLE "☃" (a text); INSERT INTO "☃" VALUES ('☃');
ALTER ROLE postgres SET client_encoding = 'LATIN1'; ALTER DATABASE one SET client_encoding = 'LATIN1'; COMMENT ON ROLE postgres IS '☃';`,
    by: ["pg_upgrade"],
  },
  {
    name: "materialized views that are stale, one over the other",
    from: 15,
    sql: `CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t; DELETE FROM t WHERE a = 1; CREATE MATERIALIZED VIEW n AS SELECT a FROM m; DELETE FROM t;`,
    by: ["dump"],
  },
  {
    name: "a database of another encoding with a name beyond ASCII",
    from: 15,
    sql:
      `CREATE DATABASE "ü" TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C';`,
    refused:
      /^databases: databases have the encodings LATIN1, UTF8, and each reads the name "ü" differently/,
  },
  {
    name: "a table that was added to an extension",
    from: 15,
    sql: `CREATE EXTENSION pg_trgm SCHEMA public;
CREATE TABLE t (id int, a text); INSERT INTO t VALUES (1, 'member'); ALTER EXTENSION pg_trgm ADD TABLE t; CREATE VIEW v AS SELECT * FROM t;`,
    by: ["pg_upgrade"],
  },
  {
    name: "a setting of a role with a name that 14 and later do not take",
    from: 13,
    sql: `ALTER ROLE ALL SET "my app"."odd" = 'x';`,
    refused:
      /^role settings: 18\.\d+ does not know my app\.odd \(of all roles\)/,
  },
  ...([13, 15, 17] as const).map((from): Case => ({
    name: `every timeout that ${from} has, of a millisecond`,
    from,
    sql: `CREATE TABLE t (a int); INSERT INTO t VALUES (1);\n${TIMEOUTS(from)}`,
  })),
  {
    name: "a timeout of a database where rows are put in by a role of its own",
    from: 17,
    sql:
      `CREATE ROLE mallory; GRANT CREATE ON SCHEMA public TO mallory; SET ROLE mallory;
CREATE FUNCTION plain(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE TABLE t (a int CHECK (plain(a) > 0)); INSERT INTO t VALUES (1);
RESET ROLE; ${TIMEOUTS(17)}`,
    by: ["dump"],
  },
];

function run({ by, from, sql }: Case): Promise<Outcome[]> {
  return runOne(0, {
    to: [18],
    ...(by === undefined ? {} : { methods: by }),
    change: () => ({
      seed: 0,
      from,
      initdb: {
        superuser: "postgres",
        args: ["--encoding=UTF8", "--locale=en_US.utf8"],
      },
      configuration: [],
      commandLine: [],
      environment: {},
      databases: ["one"],
      groups: [
        { name: "database", database: "postgres", sql: "CREATE DATABASE one;" },
        {
          name: "case",
          database: "one",
          sql: `SET search_path = public;\n${sql}`,
        },
      ],
    }),
    note: (line) => {
      throw new Error(line);
    },
  });
}

for (const it of CASES) {
  Deno.test({
    name: `${
      it.refused ? "Refused by the plan is" : "Comes along:"
    } ${it.name}`,
    ignore: Deno.env.get("PGLADDER_RIG") === "0",
    async fn() {
      for (const { said, verdict } of await run(it)) {
        const wanted = it.refused === undefined ? "same" : "refused";
        assertEquals(verdict, wanted, said.join("\n"));
        if (it.refused) assertMatch(said[0] ?? "", it.refused);
      }
    },
  });
}

import { ARITHMETIC, META, RUN } from "./plantings.ts";

/** What a superuser of the database makes, so that answers to SQL are lies. */

/** The whole answer of a view of the system's, by other words; its number stays. */
const lyingView = (view: string, source: string, column: string, lie: string) =>
  `SET allow_system_table_mods = on;
   DO $do$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW pg_catalog.${view} AS SELECT ' || (
     SELECT string_agg(CASE WHEN attname = '${column}' THEN $lie$(${lie})$lie$ || '::' || format_type(atttypid, NULL) || ' AS ${column}'
       ELSE format('a.%I', attname) END, ', ' ORDER BY attnum)
     FROM pg_attribute WHERE attrelid = '${view}'::regclass AND attnum > 0) || ' FROM ${source} AS a'; END $do$`;

/** A function of the system's with another body; its number stays. */
const lyingFunction = (signature: string, type: string, body: string) =>
  `CREATE OR REPLACE FUNCTION pg_catalog.${signature} RETURNS ${type} STABLE LANGUAGE sql AS $lie$ SELECT ${body} $lie$`;

/** A function beside the system's own, by the name that statements call. */
const otherFunction = (name: string, argument: string, answer: string) =>
  `SET allow_system_table_mods = on;
   ALTER FUNCTION pg_catalog.${name}(${argument}) RENAME TO ${name}_real;
   CREATE FUNCTION pg_catalog.${name}(${argument}) RETURNS text LANGUAGE sql AS $lie$ SELECT $answer$${answer}$answer$::text $lie$`;

const castToText = (type: string, lie: string) =>
  `CREATE FUNCTION public.lie(${type}) RETURNS text LANGUAGE sql IMMUTABLE AS $lie$ SELECT $answer$${lie}$answer$::text $lie$;
   CREATE CAST (${type} AS text) WITH FUNCTION public.lie(${type}) AS IMPLICIT`;

/** What a terminal obeys: another title, a cleared screen, a line written over. */
const TERMINAL = "E'\\x1b]0;x\\x07\\x1b[2J\\rok '";
const LINES = `E'x\\n${META.replaceAll("\\", "\\\\")}\\n$(${RUN})\\n'`;

/** By name, what a superuser runs; none of them keeps a server from its start. */
export const LIES: Readonly<Record<string, string>> = {
  "sizes of tables that are arithmetic": otherFunction(
    "pg_table_size",
    "regclass",
    ARITHMETIC,
  ),
  "sizes of databases that are arithmetic": otherFunction(
    "pg_database_size",
    "oid",
    ARITHMETIC,
  ),
  "sizes of tables of many lines": otherFunction(
    "pg_table_size",
    "regclass",
    `1 1\nr 5 5\n${META}`,
  ),
  "sizes of tables beyond all bounds": lyingFunction(
    "pg_table_size(regclass)",
    "bigint",
    "9223372036854775807",
  ),
  "sizes of databases below nothing": lyingFunction(
    "pg_database_size(oid)",
    "bigint",
    "(-9223372036854775808)::bigint",
  ),
  "names of encodings that are lines": lyingFunction(
    "pg_encoding_to_char(int)",
    "name",
    `${LINES}::name`,
  ),
  "types that are lines": lyingFunction(
    "format_type(oid, int)",
    "text",
    LINES,
  ),
  "owners that are lines": lyingFunction(
    "pg_get_userbyid(oid)",
    "name",
    `${LINES}::name`,
  ),
  "descriptions that are lines": lyingFunction(
    "pg_describe_object(oid, oid, int)",
    "text",
    LINES,
  ),
  "conditions that are lines": lyingFunction(
    "pg_get_constraintdef(oid)",
    "text",
    LINES,
  ),
  "settings that are lines": lyingView(
    "pg_settings",
    "pg_show_all_settings()",
    "setting",
    LINES,
  ),
  "settings that a terminal obeys": lyingView(
    "pg_settings",
    "pg_show_all_settings()",
    "setting",
    TERMINAL,
  ),
  "settings of 64 MiB each": lyingView(
    "pg_settings",
    "pg_show_all_settings()",
    "setting",
    "repeat('x', 67108864)",
  ),
  "names of settings that are lines": lyingView(
    "pg_settings",
    "pg_show_all_settings()",
    "name",
    LINES,
  ),
  "lines of the configuration that are others": lyingView(
    "pg_file_settings",
    "pg_show_all_file_settings()",
    "sourcefile",
    "'/root/canary'",
  ),
  "roles that are lines": lyingView(
    "pg_roles",
    `(SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
      rolconnlimit, NULL::text AS rolpassword, rolvaliduntil, rolbypassrls, NULL::text[] COLLATE "C" AS rolconfig FROM pg_authid)`,
    "rolname",
    LINES,
  ),
  "a list setting that ends its statement":
    `INSERT INTO pg_db_role_setting VALUES (0, 0, ARRAY['search_path=public;\n${META}\n--'])`,
  "a setting whose name is a statement":
    `INSERT INTO pg_db_role_setting VALUES (0, 0, ARRAY['a.b\n${META}\n--=1'])`,
  "a role whose name is a command": `CREATE ROLE "x\n\\! ${RUN}" LOGIN`,
  "a role that a terminal obeys":
    `DO $do$ BEGIN EXECUTE format('CREATE ROLE %I LOGIN', ${TERMINAL}); END $do$`,
  "a database whose name is a command":
    `CREATE DATABASE "d\n\\! ${RUN}\n$(${RUN})"`,
  "a table whose name is a command": `CREATE TABLE "t\n\\! ${RUN}\n--" (a int)`,
  "an invalid index that a terminal obeys":
    `CREATE TABLE i (a int); DO $do$ BEGIN EXECUTE format('CREATE INDEX %I ON i (a)', ${TERMINAL}); END $do$; UPDATE pg_index SET indisvalid = false WHERE indrelid = 'i'::regclass`,
  "a comment that is a command":
    `COMMENT ON ROLE postgres IS 'x\n\\unrestrict a\n${META}'`,
  "an operator before pg_catalog's":
    `CREATE FUNCTION public.lie(text, text) RETURNS text LANGUAGE sql AS $$ SELECT '${ARITHMETIC}'::text $$;
     CREATE OPERATOR public.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = public.lie);
     ALTER DATABASE postgres SET search_path = public, pg_catalog`,
  "an operator in pg_catalog":
    `SET allow_system_table_mods = on; CREATE FUNCTION public.lie(text, oid) RETURNS text LANGUAGE sql AS $$ SELECT '${ARITHMETIC}'::text $$;
     CREATE OPERATOR pg_catalog.|| (LEFTARG = text, RIGHTARG = oid, FUNCTION = public.lie)`,
  "numbers whose cast is arithmetic": castToText("bigint", ARITHMETIC),
  "objects' numbers whose cast is arithmetic": castToText("oid", ARITHMETIC),
  "names of tables whose cast is lines": castToText(
    "regclass",
    `x\n${META}\n`,
  ),
  "a tablespace's option that is a command":
    `COMMENT ON TABLESPACE pg_default IS '\n${META}'`,
  "a function whose text is a command":
    `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 /* \n${META}\n */'`,
};

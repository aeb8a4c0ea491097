/** A loss: statements in the database `planted` of the new cluster, and what the oracle must say of it. */
export interface Loss {
  readonly name: string;
  readonly sql: string;
  readonly seen: RegExp;
}

const loss = (name: string, sql: string, seen: RegExp): Loss => ({
  name,
  sql,
  seen,
});

export const LOSSES: readonly Loss[] = [
  loss("a row", "DELETE FROM t WHERE id = 10", /rows r public\.t:/),
  loss(
    "a value",
    "UPDATE child SET note = 'm' WHERE id = 2",
    /rows r public\.child:/,
  ),
  loss("a row of a partition", "DELETE FROM part", /rows r public\.part:/),
  loss(
    "a row of an heir",
    "UPDATE heir SET more = NULL",
    /rows r public\.heir:/,
  ),
  loss(
    "a row of a materialized view",
    "DELETE FROM auto; ALTER MATERIALIZED VIEW m RENAME TO m2",
    /public\.m\b/,
  ),
  loss("a sequence's place", "SELECT setval('s', 99)", /sequence public\.s/),
  loss(
    "a default",
    "ALTER TABLE t ALTER a DROP DEFAULT",
    /pg_attrdef .*public\.t\.a/,
  ),
  loss(
    "a column",
    "ALTER TABLE t DROP gone",
    /pg_attribute table public\.t\.gone/,
  ),
  loss(
    "a NOT NULL",
    "ALTER TABLE child ALTER note DROP NOT NULL",
    /public\.child\.note, attnotnull/,
  ),
  loss(
    "a check",
    "ALTER TABLE child DROP CONSTRAINT positive",
    /pg_constraint .*positive/,
  ),
  loss(
    "a foreign key",
    "ALTER TABLE child DROP CONSTRAINT child_id_fkey",
    /pg_constraint .*child_id_fkey/,
  ),
  loss("an index", "DROP INDEX t_a", /pg_index index public\.t_a/),
  loss(
    "an index's condition",
    "DROP INDEX t_n; CREATE INDEX t_n ON t (n)",
    /pg_index index public\.t_n, indpred/,
  ),
  loss(
    "an option of a table",
    "ALTER TABLE child RESET (fillfactor)",
    /public\.child, reloptions/,
  ),
  loss(
    "a view's text",
    "CREATE OR REPLACE VIEW v AS SELECT id, a FROM t WHERE n > 3",
    /pg_rewrite .*public\.v/,
  ),
  loss(
    "a function's body",
    "CREATE OR REPLACE FUNCTION f(x int) RETURNS int LANGUAGE sql IMMUTABLE COST 7 AS 'SELECT x + 2'",
    /pg_proc function public\.f\(integer\), prosrc/,
  ),
  loss(
    "a function's cost",
    "ALTER FUNCTION f(int) COST 8",
    /public\.f\(integer\), procost/,
  ),
  loss("a trigger", "DROP TRIGGER tr ON t", /pg_trigger trigger tr/),
  loss(
    "a disabled foreign key",
    "ALTER TABLE second DISABLE TRIGGER ALL",
    /pg_trigger internal .*tgenabled/,
  ),
  loss("a rule", "DROP RULE ru ON child", /pg_rewrite rule ru/),
  loss(
    "a policy's parentheses",
    "ALTER POLICY po ON t USING ((id > 3 AND a = 'x') OR n > 1)",
    /pg_policy policy po/,
  ),
  loss(
    "row security",
    "ALTER TABLE t DISABLE ROW LEVEL SECURITY",
    /public\.t, relrowsecurity/,
  ),
  loss(
    "a value of an enum",
    "ALTER TYPE e RENAME VALUE 'b' TO 'B'",
    /pg_enum public\.e b: there/,
  ),
  loss(
    "an attribute of a type",
    "ALTER TYPE c DROP ATTRIBUTE y",
    /pg_attribute .*public\.c\.y/,
  ),
  loss(
    "a domain's default",
    "ALTER DOMAIN d SET DEFAULT 6",
    /pg_type public\.d, typdefault/,
  ),
  loss("a range", "DROP TYPE r", /pg_range public\.r:/),
  loss("an aggregate", "DROP AGGREGATE agg(int)", /pg_aggregate .*public\.agg/),
  loss("an operator", "DROP OPERATOR ### (int, int)", /pg_operator .*###/),
  loss("a cast", "DROP CAST (c AS text)", /pg_cast /),
  loss("a collation", "DROP COLLATION co", /pg_collation .*public\.co/),
  loss(
    "a statistics object",
    "ALTER STATISTICS st SET STATISTICS 5",
    /pg_statistic_ext .*public\.st, stxstattarget/,
  ),
  loss(
    "a table of a publication",
    "ALTER PUBLICATION pu DROP TABLE t",
    /pg_publication_rel /,
  ),
  loss(
    "a text search mapping",
    "ALTER TEXT SEARCH CONFIGURATION ts DROP MAPPING FOR email",
    /pg_ts_config_map /,
  ),
  loss(
    "an option of a server",
    "ALTER SERVER se OPTIONS (SET host 'i')",
    /pg_foreign_server .*srvoptions/,
  ),
  loss(
    "a user mapping's password",
    "ALTER USER MAPPING FOR PUBLIC SERVER se OPTIONS (SET password 'q')",
    /pg_user_mapping .*umoptions/,
  ),
  loss(
    "an event trigger",
    "ALTER EVENT TRIGGER ev DISABLE",
    /pg_event_trigger .*evtenabled/,
  ),
  loss(
    "an extension",
    "DROP EXTENSION hstore",
    /pg_extension extension hstore/,
  ),
  loss("a grant", "REVOKE SELECT ON t FROM someone", /public\.t, relacl/),
  loss(
    "a grant on a column",
    "REVOKE UPDATE (a) ON t FROM someone",
    /public\.t\.a, attacl/,
  ),
  loss(
    "a default privilege",
    "ALTER DEFAULT PRIVILEGES FOR ROLE someone REVOKE SELECT ON TABLES FROM PUBLIC",
    /pg_default_acl /,
  ),
  loss(
    "an owner",
    "ALTER TABLE child OWNER TO someone",
    /public\.child, relowner/,
  ),
  loss(
    "a comment",
    "COMMENT ON TABLE t IS NULL",
    /pg_description table public\.t:/,
  ),
  loss(
    "a comment on a column",
    "COMMENT ON COLUMN t.a IS 'c'",
    /pg_description table column public\.t\.a/,
  ),
  loss(
    "a large object's content",
    "SELECT lo_put(4711, 0, 'C')",
    /large object 4711/,
  ),
  loss(
    "a large object's grant",
    "REVOKE SELECT ON LARGE OBJECT 4711 FROM someone",
    /pg_largeobject_metadata 4711, lomacl/,
  ),
  loss(
    "a partition",
    "ALTER TABLE parted DETACH PARTITION part",
    /pg_inherits .*public\.part/,
  ),
  loss(
    "an heir",
    "ALTER TABLE heir NO INHERIT parent",
    /pg_inherits .*public\.heir/,
  ),
  loss(
    "an identity",
    "ALTER TABLE auto ALTER id DROP IDENTITY",
    /public\.auto\.id, attidentity/,
  ),
  loss(
    "a comment on a system function",
    "COMMENT ON FUNCTION pg_catalog.now() IS 'late'",
    /pg_description .*now\(\)/,
  ),
  loss(
    "a system function's grant",
    "REVOKE ALL ON FUNCTION pg_catalog.lo_get(oid) FROM PUBLIC",
    /lo_get\(pg_catalog\.oid\), proacl/,
  ),
  loss(
    "an object in pg_catalog",
    "SET allow_system_table_mods = on; CREATE TABLE pg_catalog.extra (a int)",
    /pg_class .*extra: not there -> there/,
  ),
  loss(
    "a role's limit",
    "ALTER ROLE someone CONNECTION LIMIT 4",
    /pg_authid someone, rolconnlimit/,
  ),
  loss(
    "a role's password",
    "ALTER ROLE someone PASSWORD 'q'",
    /pg_authid someone, rolpassword/,
  ),
  loss(
    "a role's setting",
    "ALTER ROLE someone RESET work_mem",
    /pg_db_role_setting someone/,
  ),
  loss(
    "a role's comment",
    "COMMENT ON ROLE someone IS 'two'",
    /pg_shdescription role someone/,
  ),
  loss(
    "a membership",
    "REVOKE ADMIN OPTION FOR someone FROM other",
    /pg_auth_members .*admin_option/,
  ),
  loss(
    "a database's setting",
    "ALTER DATABASE planted RESET search_path",
    /pg_db_role_setting .*planted/,
  ),
  loss(
    "a database's grant",
    "REVOKE CREATE ON DATABASE planted FROM someone",
    /pg_database planted, datacl/,
  ),
  loss(
    "a parameter's grant",
    "REVOKE SET ON PARAMETER work_mem FROM someone",
    /pg_parameter_acl work_mem/,
  ),
  loss(
    "a line of the configuration",
    "ALTER SYSTEM SET work_mem = '6MB'",
    /file setting work_mem/,
  ),
  loss("a database", "DROP DATABASE whole", /database whole/),
  loss(
    "a built-in cast",
    "DELETE FROM pg_cast WHERE castsource = 'int8'::regtype AND casttarget = 'money'::regtype",
    /pg_cast .*gone/,
  ),
];

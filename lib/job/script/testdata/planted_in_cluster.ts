/**
 * Losses that are planted in a real cluster, one by one, and how the
 * comparison must name each. `plant.sh` beside this file runs them, each in a
 * copy of one database, whose name stands for `$DB`.
 */
export type PlantedInCluster = readonly [sql: string, object: string];

/** What the copies have beside the objects of `zoo.sql`: an extension's table, with all that a person may add to it. */
export const BASE_OF_PLANTED = `
CREATE TABLE zoo.kept (id int PRIMARY KEY, t text NOT NULL, CONSTRAINT kept_c CHECK (id > 0));
INSERT INTO zoo.kept VALUES (1, 'a');
ALTER EXTENSION hstore ADD TABLE zoo.kept;
CREATE TRIGGER kept_t BEFORE INSERT ON zoo.kept FOR EACH ROW EXECUTE FUNCTION zoo.tg();
CREATE POLICY kept_p ON zoo.kept TO readers USING (id > 1 OR (t = 'a' AND id < 5));
ALTER TABLE zoo.kept ENABLE ROW LEVEL SECURITY;
CREATE INDEX kept_i ON zoo.kept (t);
COMMENT ON TABLE zoo.kept IS 'kept';
SELECT lo_from_bytea(77, 'hello');
COMMENT ON LARGE OBJECT 77 IS 'a large one';
CREATE FUNCTION zoo.loose() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION zoo.ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER ev ON ddl_command_end WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION zoo.ev();
`;

export const PLANTED_IN_DATABASE: readonly PlantedInCluster[] = [
  [
    "ALTER TABLE zoo.kept DISABLE ROW LEVEL SECURITY",
    "row security zoo.kept of extension hstore",
  ],
  [
    "DROP POLICY kept_p ON zoo.kept",
    "policy kept_p of zoo.kept of extension hstore",
  ],
  [
    "ALTER POLICY kept_p ON zoo.kept USING ((id > 1 OR t = 'a') AND id < 5)",
    "policy kept_p of zoo.kept of extension hstore",
  ],
  [
    "DROP TRIGGER kept_t ON zoo.kept",
    "trigger kept_t of zoo.kept of extension hstore",
  ],
  [
    "ALTER TABLE zoo.kept DISABLE TRIGGER kept_t",
    "trigger kept_t of zoo.kept of extension hstore",
  ],
  ["DROP INDEX zoo.kept_i", "index kept_i of zoo.kept of extension hstore"],
  [
    "ALTER TABLE zoo.kept ALTER t DROP NOT NULL",
    "column t of zoo.kept of extension hstore",
  ],
  ["COMMENT ON TABLE zoo.kept IS NULL", "table zoo.kept of extension hstore"],
  [
    "COMMENT ON COLUMN zoo.kept.t IS 'other'",
    "column t of zoo.kept of extension hstore",
  ],
  [
    "ALTER TABLE zoo.kept DROP CONSTRAINT kept_c",
    "constraint kept_c of zoo.kept of extension hstore",
  ],
  [
    "ALTER TABLE zoo.kept ALTER t SET DEFAULT 'q'",
    "column t of zoo.kept of extension hstore",
  ],
  [
    "ALTER TABLE zoo.kept SET (fillfactor = 50)",
    "table zoo.kept of extension hstore",
  ],
  [
    "ALTER EXTENSION hstore DROP FUNCTION zoo.hstore_version_diag(zoo.hstore); DROP FUNCTION zoo.hstore_version_diag(zoo.hstore)",
    "function zoo.hstore_version_diag(zoo.hstore) of extension hstore",
  ],
  [
    "CREATE FUNCTION zoo.evil() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; ALTER EXTENSION hstore ADD FUNCTION zoo.evil()",
    "function zoo.evil() of extension hstore",
  ],
  [
    "UPDATE pg_extension SET extversion = '1.0' WHERE extname = 'hstore'",
    "version of extension hstore",
  ],
  ["ALTER EXTENSION citext SET SCHEMA public", "version of extension citext"],
  ["DROP SCHEMA public", "schema public"],
  ["COMMENT ON SCHEMA public IS 'other'", "schema public"],
  ["GRANT CREATE ON SCHEMA public TO readers", "schema public"],
  ["ALTER SCHEMA zoo OWNER TO app", "schema zoo"],
  ["COMMENT ON LARGE OBJECT 77 IS NULL", "large object comments"],
  ["SELECT lo_put(77, 0, 'jello')", "large object content"],
  ["SELECT lo_unlink(77)", "large objects"],
  ["ALTER TABLE zoo.b DISABLE TRIGGER ALL", "triggers of later on zoo.b"],
  [
    "CREATE FUNCTION pg_catalog.maintenance_note(text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE $1; END'",
    "function pg_catalog.maintenance_note(pg_catalog.text) among the system's own objects",
  ],
  [
    "CREATE VIEW information_schema.planted AS SELECT 1 AS a",
    "view information_schema.planted among the system's own objects",
  ],
  [
    "CREATE OPERATOR pg_catalog.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
    "operator pg_catalog.===(integer,integer) among the system's own objects",
  ],
  [
    "ALTER FUNCTION pg_catalog.now() COST 5",
    "the system's own objects in pg_proc",
  ],
  [
    "ALTER FUNCTION pg_catalog.pg_reload_conf() SECURITY DEFINER",
    "the system's own objects in pg_proc",
  ],
  [
    "CREATE OR REPLACE FUNCTION information_schema._pg_truetypid(pg_attribute, pg_type) RETURNS oid LANGUAGE sql AS 'SELECT 1::oid'",
    "the system's own objects in pg_proc",
  ],
  [
    "DELETE FROM pg_operator WHERE oprname = '=' AND oprleft = 'int4'::regtype AND oprright = 'int8'::regtype",
    "the system's own objects in pg_operator",
  ],
  [
    "UPDATE pg_cast SET castcontext = 'a' WHERE castsource = 'text'::regtype AND casttarget = 'regclass'::regtype",
    "the system's own objects in pg_cast",
  ],
  [
    "UPDATE pg_rewrite SET ev_enabled = 'D' WHERE ev_class = 'pg_shadow'::regclass",
    "the system's own objects in pg_rewrite",
  ],
  [
    "ALTER TABLE zoo.b DROP CONSTRAINT later; ALTER TABLE zoo.b ADD CONSTRAINT later FOREIGN KEY (a_id) REFERENCES zoo.a ON DELETE CASCADE NOT VALID",
    "fk constraint zoo.b later",
  ],
  [
    "ALTER POLICY p1 ON zoo.b USING ((note IN ('a', 'b') OR id = 3) AND id = 4)",
    "policy zoo.b p1",
  ],
  [
    "ALTER TABLE zoo.a DROP CONSTRAINT a_c_check, ADD CONSTRAINT a_c_check CHECK (c::text = ANY ('{a,b}'))",
    "table zoo.a",
  ],
  [
    "ALTER COLLATION zoo.digits RENAME TO gone; CREATE COLLATION zoo.digits (provider = icu, locale = 'en-u-ks-level1'); DROP COLLATION zoo.gone",
    "collation zoo.digits",
  ],
  ["REVOKE INSERT ON zoo.a FROM readers", "privileges on zoo.TABLE a"],
  ["REVOKE ALL ON zoo.a FROM readers", "privileges on zoo.TABLE a"],
  ["GRANT MAINTAIN ON zoo.a TO readers", "privileges on zoo.TABLE a"],
  ["SELECT nextval('zoo.serials_a_seq')", "sequence zoo.serials_a_seq"],
  ["UPDATE zoo.a SET t = 'abd' WHERE id = 7", "table zoo.a"],
  ["TRUNCATE zoo.composed", "table zoo.composed"],
  ["DROP INDEX zoo.i1", "index zoo.i1"],
  [
    "CREATE OR REPLACE VIEW zoo.unions AS SELECT id FROM zoo.a UNION ALL SELECT a_id FROM zoo.b",
    "view zoo.unions",
  ],
  [
    "CREATE OR REPLACE FUNCTION zoo.spl2() RETURNS int LANGUAGE sql AS 'SELECT 2'",
    "function zoo.spl2()",
  ],
  ["ALTER FUNCTION zoo.f(text) SECURITY INVOKER", "function zoo.f(text)"],
  ["ALTER TABLE zoo.a ALTER t SET DEFAULT 'y'", "table zoo.a"],
  ["ALTER TABLE zoo.typed OWNER TO app", "table zoo.typed"],
  ["ALTER TABLE zoo.a ALTER t SET STATISTICS 10", "table zoo.a"],
  ["ALTER TABLE zoo.b REPLICA IDENTITY DEFAULT", "table zoo.b"],
  ["ALTER EVENT TRIGGER ev DISABLE", "event trigger ev"],
  [
    "ALTER PUBLICATION everything SET (publish = 'insert')",
    "publication everything",
  ],
  [
    "ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
    "default acl DEFAULT PRIVILEGES FOR FUNCTIONS",
  ],
  ["ALTER TYPE zoo.colour ADD VALUE 'blue'", "type zoo.colour"],
  ["ALTER DOMAIN zoo.short DROP CONSTRAINT few", "domain zoo.short"],
  ["ALTER TABLE zoo.a DISABLE RULE del", "rule zoo.a del"],
  ["ALTER TABLE zoo.a ENABLE TRIGGER t1", "trigger zoo.a t1"],
  ["COMMENT ON VIEW zoo.joined IS NULL", "comment zoo.VIEW joined"],
  [
    "ALTER TEXT SEARCH CONFIGURATION zoo.ts DROP MAPPING FOR word",
    "text search configuration zoo.ts",
  ],
  ["DROP CAST (zoo.pair AS text)", "cast CAST (zoo.pair AS text)"],
  ["DROP STATISTICS zoo.s1", "statistics zoo.s1"],
  ["ALTER SERVER far OPTIONS (SET host 'i')", "server far"],
  [
    "ALTER USER MAPPING FOR PUBLIC SERVER far OPTIONS (SET password 'other')",
    "user mapping USER MAPPING public SERVER far",
  ],
  [
    "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler",
    "access method heap2",
  ],
  [
    "CREATE OR REPLACE AGGREGATE zoo.total(int) (sfunc = int4pl, stype = int, initcond = '1')",
    "aggregate zoo.total(integer)",
  ],
  [
    "CREATE OPERATOR FAMILY zoo.fam USING btree; ALTER OPERATOR FAMILY zoo.fam USING btree ADD OPERATOR 1 <(int, int), FUNCTION 1 btint4cmp(int, int)",
    "operator family zoo.fam",
  ],
  [
    "CREATE OPERATOR CLASS zoo.cls FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)",
    "operator class zoo.cls",
  ],
  [
    "ALTER OPERATOR FAMILY pg_catalog.jsonb_ops USING gin ADD OPERATOR 99 pg_catalog.<@(jsonb, jsonb)",
    "operator of access method operator 99 (pg_catalog.jsonb, pg_catalog.jsonb) of pg_catalog.jsonb_ops USING gin among the system's own objects",
  ],
  [
    "CREATE CONVERSION zoo.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    "conversion zoo.conv",
  ],
  [
    "CREATE LANGUAGE other HANDLER plpgsql_call_handler",
    "procedural language other",
  ],
  [
    "CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))",
    "transform",
  ],
  [
    "CREATE TEXT SEARCH DICTIONARY zoo.dict (TEMPLATE = simple)",
    "text search dictionary zoo.dict",
  ],
  [
    "CREATE TEXT SEARCH PARSER zoo.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
    "text search parser zoo.parser",
  ],
  [
    "CREATE TEXT SEARCH TEMPLATE zoo.template (LEXIZE = dsimple_lexize)",
    "text search template zoo.template",
  ],
  ["CREATE TYPE zoo.range AS RANGE (subtype = int)", "type zoo.range"],
  [
    "ALTER FOREIGN DATA WRAPPER nowhere OPTIONS (a 'b')",
    "foreign data wrapper nowhere",
  ],
  [
    "ALTER FOREIGN TABLE zoo.abroad OPTIONS (SET x 'z')",
    "foreign table zoo.abroad",
  ],
  ["ALTER TABLE zoo.derived NO INHERIT zoo.base", "table zoo.derived"],
  [
    "ALTER TABLE zoo.parted DETACH PARTITION zoo.parted_d",
    "table attach zoo.parted_d",
  ],
  [
    "CREATE TABLE zoo.other_parted (k int) PARTITION BY LIST (k)",
    "table zoo.other_parted",
  ],
  [
    "CREATE PUBLICATION planted FOR TABLE zoo.a",
    "publication planted",
  ],
  [
    "CREATE PUBLICATION planted FOR TABLES IN SCHEMA zoo",
    "publication tables in schema zoo.planted zoo",
  ],
  [
    "ALTER OPERATOR zoo.=== (zoo.pair, zoo.pair) SET (RESTRICT = eqsel)",
    "operator zoo.===",
  ],
  [
    "ALTER ROLE app IN DATABASE $DB SET work_mem = '3MB'",
    "settings of role app",
  ],
  ["ALTER DATABASE $DB CONNECTION LIMIT 7", "database connection limit"],
  [
    "CREATE SUBSCRIPTION sub_$DB CONNECTION 'host=h' PUBLICATION p WITH (connect = false, slot_name = NONE)",
    "subscription sub",
  ],
];

export const PLANTED_IN_CLUSTER: readonly PlantedInCluster[] = [
  [
    "ALTER TABLESPACE pg_default SET (random_page_cost = 1.1)",
    "tablespace pg_default",
  ],
  ["GRANT CREATE ON TABLESPACE pg_default TO readers", "tablespace pg_default"],
  ["COMMENT ON TABLESPACE pg_global IS 'global'", "tablespace pg_global"],
  ["ALTER ROLE app SUPERUSER", "role app"],
  ["COMMENT ON ROLE app IS 'other'", "role app"],
  ["ALTER ROLE app PASSWORD 'other'", "role app"],
  ["ALTER ROLE ALL SET work_mem = '5MB'", "setting work_mem of role ALL"],
  ["GRANT pg_read_all_data TO app", "membership of app in pg_read_all_data"],
  [
    "GRANT SET ON PARAMETER work_mem TO app",
    "privileges on parameter work_mem",
  ],
  [
    "INSERT INTO pg_authid (oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit) SELECT 99999, 'pg_hidden', true, true, true, true, true, true, true, -1",
    "role pg_hidden",
  ],
];

-- One of every kind of object that an upgrade must bring along, on top of the shop of sample.sql. Run as the
-- superuser in the database "postgres"; what a version does not know is left out there.
--
-- What is in the two files (s: sample.sql, k: here):
--   databases     owner, limit, comment, privileges, settings (s); a template (k);
--                 locale provider libc (s), ICU from 15, builtin from 17 (k); names that need quoting (s)
--   roles         SCRAM (s) and MD5 hashes (k), none, an end of validity, limits, NOINHERIT (s), superuser, BYPASSRLS,
--                 REPLICATION, a comment (k); memberships with and without ADMIN, settings, settings in a database,
--                 settings for all (s); a chain of grant options (k); SET and ALTER SYSTEM on parameters from 15 (k)
--   extensions    in public (s), in a schema of its own, with rows of its own that it wants dumped (k)
--   types         enum, domain (s), domain with NOT NULL, composite, range and multirange from 14 (k)
--   tables        identity BY DEFAULT, generated column, unlogged, range partitions, odd names (s); identity ALWAYS,
--                 hash and list partitions of partitions, inheritance, a dropped column, storage and compression from
--                 14, statistics targets, options, replica identity, a cluster order, a value in TOAST (k)
--   constraints   primary, unique, foreign DEFERRABLE (s); foreign and CHECK NOT VALID, EXCLUDE, of partitions (k)
--   indexes       GIN, partial, of an expression (s); GiST, BRIN, hash, INCLUDE, of a partitioned table (k)
--   sequences     used and unused (s); one that counts down and goes round (k)
--   views         plain, materialized and filled (s); security_barrier with CHECK OPTION, recursive, materialized and never filled (k)
--   routines      functions, SECURITY DEFINER, a trigger's (s); procedure, aggregate, operator, cast (k)
--   triggers      row (s); statement, of a column, disabled, of a partitioned table; event triggers; rules (k)
--   row security  on, a policy (s); forced, restrictive (k)
--   privileges    schema, table, column, default in a schema (s); default everywhere, public's taken away, function,
--                 type, sequence, large object, WITH GRANT OPTION (k)
--   foreign data  wrapper, server, user mapping, foreign table (k)
--   text search   a configuration and a dictionary (k)
--   collations    ICU, one of them not deterministic (k)
--   replication   publications of tables (s), of all, of inserts alone; of schemas and with conditions from 15; a subscription
--                 that is enabled, one that is not (k)
--   statistics    of two columns (s), of most common values, of an expression from 14, with a target (k)
--   large objects one with a comment (s), one of another owner with privileges, one with a hole (k)
--   comments      on columns, databases, large objects (s), on nearly everything else (k)
-- Security labels are not in it: none of the images has a provider for them.
\set ON_ERROR_STOP 1
SET client_min_messages = error;
SELECT v >= 140000 AS from14, v >= 150000 AS from15, v >= 170000 AS from17
FROM (SELECT current_setting('server_version_num')::int AS v) AS server \gset

SET password_encryption = md5;
CREATE ROLE old_hand LOGIN PASSWORD 'old-canary';
RESET password_encryption;
ALTER ROLE old_hand SET search_path = kinds, public;
CREATE ROLE root_like SUPERUSER BYPASSRLS REPLICATION;
COMMENT ON ROLE old_hand IS 'Came with 9.6';
GRANT root_like TO old_hand;
GRANT clerks TO old_hand, "O'Neill ""Jr"" $(id) ünï";
\if :from15
GRANT SET, ALTER SYSTEM ON PARAMETER log_min_duration_statement TO clerks WITH GRANT OPTION;
GRANT SET ON PARAMETER session_replication_role TO PUBLIC;
\endif
CREATE DATABASE pattern IS_TEMPLATE true;
\if :from15
CREATE DATABASE of_icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de';
\endif
\if :from17
CREATE DATABASE of_builtin TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
\endif

\connect shop
SET client_min_messages = error;
CREATE SCHEMA kinds AUTHORIZATION keeper;
COMMENT ON SCHEMA kinds IS 'One of each';
CREATE SCHEMA ours;
CREATE EXTENSION btree_gist SCHEMA ours;
CREATE EXTENSION postgres_fdw SCHEMA ours;
COMMENT ON EXTENSION postgres_fdw IS 'To the warehouse';
SET search_path = kinds, ours, public;

CREATE TYPE pair AS (a int, b text);
COMMENT ON TYPE pair IS 'Two of a kind';
CREATE DOMAIN code AS text NOT NULL DEFAULT 'x' CHECK (VALUE ~ '^[a-z]+$');
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de');
CREATE COLLATION loose (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);

CREATE TABLE wide (
  id bigint GENERATED ALWAYS AS IDENTITY (START 1000 INCREMENT 5) PRIMARY KEY,
  gone text,
  pair pair,
  code code,
  span span,
  german text COLLATE german,
  loose text COLLATE loose UNIQUE,
  long text,
  during tstzrange,
  EXCLUDE USING gist (code WITH =, during WITH &&)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.3);
ALTER TABLE wide DROP COLUMN gone;
ALTER TABLE wide ALTER long SET STORAGE EXTERNAL, ALTER german SET STATISTICS 500, ALTER german SET (n_distinct = -0.5);
\if :from14
ALTER TABLE wide ADD spans span_multirange, ADD small text COMPRESSION pglz;
\endif
INSERT INTO wide (pair, code, span, german, loose, long, during)
SELECT ROW(n, 'b' || n)::pair, repeat('c', n), span(n, n + 0.5), 'Öl ' || n, 'Ab' || n, repeat('lang ', 3000),
  tstzrange(now(), now() + n * interval '1 day') FROM generate_series(1, 20) AS n;
CREATE INDEX wide_brin ON wide USING brin (id);
CREATE INDEX wide_hash ON wide USING hash (german);
CREATE INDEX wide_include ON wide (code) INCLUDE (german) WITH (fillfactor = 80);
CREATE INDEX wide_upper ON wide (upper(code));
ALTER INDEX wide_upper ALTER COLUMN 1 SET STATISTICS 300;
CREATE UNIQUE INDEX wide_identity ON wide (code);
ALTER TABLE wide REPLICA IDENTITY FULL;
ALTER TABLE wide CLUSTER ON wide_pkey;
COMMENT ON TABLE wide IS 'Of everything something';
COMMENT ON INDEX wide_brin IS 'Small';
COMMENT ON CONSTRAINT wide_pkey ON wide IS 'The key';

CREATE TABLE parent (id int PRIMARY KEY, note text);
CREATE TABLE child (more text) INHERITS (parent);
INSERT INTO parent VALUES (1, 'p');
INSERT INTO child VALUES (2, 'c', 'm');
CREATE TABLE halves (id int, kind text, PRIMARY KEY (id, kind)) PARTITION BY HASH (id);
CREATE TABLE halves_0 PARTITION OF halves FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE halves_1 PARTITION OF halves FOR VALUES WITH (MODULUS 2, REMAINDER 1) PARTITION BY LIST (kind);
CREATE TABLE halves_1_a PARTITION OF halves_1 FOR VALUES IN ('a');
CREATE TABLE halves_1_rest PARTITION OF halves_1 DEFAULT;
INSERT INTO halves SELECT n, CASE n % 3 WHEN 0 THEN 'a' ELSE 'b' END FROM generate_series(1, 100) AS n;
CREATE INDEX halves_kind ON halves (kind);
CREATE TABLE refers (id int, half int, kind text, FOREIGN KEY (half, kind) REFERENCES halves, parent int);
INSERT INTO refers VALUES (1, 3, 'a', 77), (-1, 2, 'b', 1);
-- Rows that were there before them break both.
ALTER TABLE refers ADD CONSTRAINT refers_parent FOREIGN KEY (parent) REFERENCES parent NOT VALID;
ALTER TABLE refers ADD CONSTRAINT refers_positive CHECK (id > 0) NOT VALID;

CREATE SEQUENCE down AS smallint INCREMENT -3 MINVALUE -100 MAXVALUE 50 START 50 CACHE 5 CYCLE;
SELECT nextval('down'), nextval('down') \g /dev/null
CREATE VIEW guarded WITH (security_barrier) AS SELECT id, code FROM wide WHERE id > 1000 WITH LOCAL CHECK OPTION;
CREATE RECURSIVE VIEW counted (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < 5;
CREATE MATERIALIZED VIEW empty AS SELECT 1 / 0 AS never WITH NO DATA;
CREATE INDEX empty_never ON empty (never);
CREATE MATERIALIZED VIEW kept AS SELECT count(*) AS n FROM halves;
COMMENT ON VIEW guarded IS 'With care';

CREATE PROCEDURE tidy(days int DEFAULT 3) LANGUAGE plpgsql SET work_mem = '5MB' AS $$ BEGIN PERFORM days; END $$;
CREATE FUNCTION glue(text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 7 AS $$ SELECT $1 || '-' || $2 $$;
CREATE AGGREGATE glued(text) (SFUNC = glue, STYPE = text, INITCOND = '');
CREATE OPERATOR #+# (LEFTARG = text, RIGHTARG = text, FUNCTION = glue);
CREATE FUNCTION as_pair(int) RETURNS pair LANGUAGE sql IMMUTABLE AS $$ SELECT ROW($1, 'cast')::kinds.pair $$;
CREATE CAST (int AS pair) WITH FUNCTION as_pair(int);
COMMENT ON FUNCTION glue(text, text) IS 'Sticks';
COMMENT ON PROCEDURE tidy IS 'Sweeps';
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER each_statement AFTER INSERT ON wide REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION noted();
CREATE TRIGGER of_column AFTER UPDATE OF code ON wide FOR EACH ROW WHEN (old.code <> new.code) EXECUTE FUNCTION noted();
ALTER TABLE wide DISABLE TRIGGER of_column;
CREATE TRIGGER of_parts AFTER INSERT ON halves FOR EACH ROW EXECUTE FUNCTION noted();
CREATE RULE instead AS ON DELETE TO parent WHERE old.id = 1 DO INSTEAD NOTHING;
COMMENT ON TRIGGER of_column ON wide IS 'Asleep';
CREATE FUNCTION watched() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF current_user = 'visitor' THEN RAISE 'no'; END IF; END $$;
CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('DROP TABLE', 'CREATE TABLE') EXECUTE FUNCTION watched();
CREATE EVENT TRIGGER sleeping ON sql_drop EXECUTE FUNCTION watched();
ALTER EVENT TRIGGER sleeping DISABLE;
COMMENT ON EVENT TRIGGER watching IS 'Sees all';

ALTER TABLE parent ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY anybody ON parent USING (true);
CREATE POLICY fewer ON parent AS RESTRICTIVE FOR UPDATE TO clerks, keeper USING (id > 0) WITH CHECK (id < 100);
COMMENT ON POLICY fewer ON parent IS 'Not all';

GRANT USAGE ON SCHEMA kinds TO clerks;
GRANT ALL ON wide TO keeper WITH GRANT OPTION;
SET ROLE keeper;
GRANT SELECT ON kinds.wide TO clerks WITH GRANT OPTION;
RESET ROLE;
SET ROLE clerks;
GRANT SELECT ON kinds.wide TO visitor;
RESET ROLE;
REVOKE ALL ON FUNCTION glue(text, text) FROM PUBLIC;
REVOKE ALL ON PROCEDURE tidy FROM PUBLIC;
GRANT EXECUTE ON FUNCTION glue(text, text) TO clerks;
REVOKE USAGE ON TYPE pair FROM PUBLIC;
GRANT USAGE ON SEQUENCE down TO clerks;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper GRANT USAGE ON SCHEMAS TO clerks WITH GRANT OPTION;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO clerks;
ALTER TABLE child OWNER TO clerks;
SELECT lo_create(4712), lo_put(4712, 5000, 'behind a hole') \g /dev/null
ALTER LARGE OBJECT 4712 OWNER TO keeper;
GRANT SELECT ON LARGE OBJECT 4712 TO clerks;

CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '192.0.2.1', dbname 'w');
CREATE USER MAPPING FOR keeper SERVER warehouse OPTIONS (user 'k', password 'mapping-canary');
CREATE FOREIGN TABLE shelf (id int OPTIONS (column_name 'nr'), what text) SERVER warehouse OPTIONS (table_name 's');
GRANT USAGE ON FOREIGN SERVER warehouse TO clerks;
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple, STOPWORDS = 'english');
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION words ALTER MAPPING FOR asciiword WITH plain;

CREATE PUBLICATION all_of_it FOR ALL TABLES;
CREATE PUBLICATION inserts FOR TABLE halves WITH (publish = 'insert', publish_via_partition_root = true);
\if :from15
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA kinds;
CREATE PUBLICATION of_some FOR TABLE sales.orders (id, total) WHERE (id > 5) WITH (publish = 'insert');
\endif
CREATE SUBSCRIPTION awake CONNECTION 'host=192.0.2.1 connect_timeout=2' PUBLICATION news WITH (connect = false, slot_name = 'awake');
ALTER SUBSCRIPTION awake ENABLE;
CREATE SUBSCRIPTION asleep CONNECTION 'host=192.0.2.1 password=subscription-canary' PUBLICATION a, b WITH (connect = false, slot_name = NONE);
COMMENT ON SUBSCRIPTION asleep IS 'For later';

CREATE STATISTICS common (mcv, ndistinct) ON id, kind FROM halves;
ALTER STATISTICS common SET STATISTICS 250;
COMMENT ON STATISTICS common IS 'Which go together';
\if :from14
CREATE STATISTICS of_expression ON (lower(german)) FROM wide;
\endif
ANALYZE;


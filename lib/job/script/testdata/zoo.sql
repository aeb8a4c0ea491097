-- Objects whose text servers of different versions print differently, or that a restore may lose.
-- Runs on 13 and later.
CREATE SCHEMA zoo;
SET search_path = zoo, public;
CREATE TABLE a (
  id int PRIMARY KEY, t text NOT NULL DEFAULT 'x', v varchar(5) DEFAULT 'y', c char(3), n numeric(8, 3) DEFAULT -1.5,
  b boolean DEFAULT true, ts timestamp DEFAULT now(), tz timestamptz DEFAULT CURRENT_TIMESTAMP, d date DEFAULT CURRENT_DATE,
  i interval DEFAULT '1 day', j jsonb DEFAULT '{}', arr int[] DEFAULT '{}', u uuid, bt bytea, x xml, ip inet,
  CHECK (n > 0 OR (b AND (id > 5 AND t <> 'z'))), CHECK (v NOT IN ('p', 'q')), CHECK (c = ANY ('{a,b}')),
  CHECK (id BETWEEN 1 AND 100000), CHECK (t ~ '^[a-z]+$' OR t LIKE 'a%' OR t ILIKE ANY (ARRAY['x%', 'y%'])),
  CHECK (id::bigint IN (1, 2, 3) OR id > 0), CONSTRAINT noinh CHECK (id > -5) NO INHERIT
);
CREATE TABLE b (id int REFERENCES a ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, a_id int, note text, r int4range,
  EXCLUDE USING gist (r WITH &&), UNIQUE (a_id, note));
ALTER TABLE b ADD CONSTRAINT later FOREIGN KEY (a_id) REFERENCES a NOT VALID;
ALTER TABLE a ALTER t SET STORAGE EXTERNAL, ALTER t SET STATISTICS 500, ALTER n SET (n_distinct = 5);
ALTER TABLE b REPLICA IDENTITY FULL;
ALTER TABLE a CLUSTER ON a_pkey;
ALTER TABLE a SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE VIEW joined AS SELECT a.id, b.note, upper(a.t) AS up FROM a JOIN b USING (id) WHERE a.b IS TRUE;
CREATE VIEW lefty AS SELECT a.*, b.note FROM a LEFT JOIN b ON a.id = b.a_id WHERE b.note IS DISTINCT FROM 'q';
CREATE VIEW windows AS SELECT id, rank() OVER (PARTITION BY t ORDER BY n DESC NULLS LAST) r,
  sum(n) FILTER (WHERE b) OVER w s FROM a WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
CREATE VIEW ctes AS WITH RECURSIVE q(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM q WHERE n < 9), m AS MATERIALIZED
  (SELECT id FROM a) SELECT q.n, m.id FROM q, m;
CREATE VIEW sub AS SELECT id, (SELECT count(*) FROM b WHERE b.a_id = a.id) n, t IN (SELECT note FROM b) e FROM a
  WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id) ORDER BY t COLLATE "C" LIMIT 5;
CREATE VIEW unions AS SELECT id FROM a UNION ALL SELECT a_id FROM b EXCEPT (SELECT 1 INTERSECT SELECT 2);
CREATE VIEW grouped AS SELECT t, b, count(DISTINCT v) c, string_agg(v, ',' ORDER BY id) s, grouping(t)
  FROM a GROUP BY ROLLUP (t), b HAVING count(*) > 1;
CREATE VIEW distincts AS SELECT DISTINCT ON (t) t, id + 1 AS nxt FROM a ORDER BY t, id DESC;
CREATE VIEW lateral_one AS SELECT a.id, l.x FROM a, LATERAL (SELECT b.note AS x FROM b WHERE b.id = a.id LIMIT 1) l;
CREATE VIEW functions AS SELECT extract(epoch FROM tz) e, tz AT TIME ZONE 'UTC' z, overlay(t PLACING 'x' FROM 1 FOR 2) o,
  trim(both 'x' FROM t) tr, position('a' IN t) p, substring(t FROM '[a-z]') s, coalesce(v, c, t) k, nullif(n, 0) nn,
  greatest(id, 3) g, CASE t WHEN 'a' THEN 1 ELSE 2 END ca, CASE WHEN b THEN 'x' END cb, ROW(id, t) = ROW(1, t) r, ARRAY[id, 2] ar,
  arr[1] a1, arr[1:2] a2, j -> 'x' ->> 'y' jj, (tz, tz) OVERLAPS (tz, tz) ov, v || t vt, current_user cu, n::int ni,
  date_trunc('day', tz) dt, xmlelement(name q, t) xe, t SIMILAR TO 'a%' st, normalize(t) nz, id IS NULL inn,
  (j IS NOT NULL) AND NOT b an, a.t::varchar(3) vc, '2020-01-01'::date + i di FROM a;
CREATE VIEW whole AS SELECT a AS w, a.* FROM a;
CREATE VIEW aliased (one, two) AS SELECT q.id, q.t FROM a AS q WHERE q.v IN ('a', 'b') AND q.id NOT IN (1, 2);
CREATE VIEW checked WITH (security_barrier) AS SELECT id, t FROM a WHERE b WITH LOCAL CHECK OPTION;
CREATE VIEW functional AS SELECT g, ord FROM generate_series(1, 3) WITH ORDINALITY AS f(g, ord);
CREATE VIEW sampled AS SELECT id FROM a TABLESAMPLE bernoulli (50) REPEATABLE (1);
CREATE VIEW usings AS SELECT id, count(*) FROM a JOIN b USING (id) GROUP BY id;
CREATE VIEW valued AS SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(n, s);
CREATE VIEW varcharunion AS SELECT v FROM a UNION SELECT note FROM b;
CREATE VIEW nested AS SELECT x.id FROM (SELECT id, t FROM a WHERE v = ANY (ARRAY['1', '2']::varchar[])) x WHERE x.t <> 'q';
CREATE MATERIALIZED VIEW mat AS SELECT id, t FROM a WHERE b WITH NO DATA;
CREATE UNIQUE INDEX mat_id ON mat (id);
CREATE RULE del AS ON DELETE TO a WHERE old.id = 3 DO ALSO UPDATE b SET note = old.t WHERE b.id = old.id;
CREATE FUNCTION f(x int, y text DEFAULT 'q', VARIADIC z int[] DEFAULT '{}') RETURNS TABLE (p int, q text) LANGUAGE sql
  STABLE STRICT PARALLEL SAFE COST 5 ROWS 7 SET search_path = zoo AS $f$ SELECT x, y; $f$;
CREATE FUNCTION f(x text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN 1; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE pr(INOUT x int) LANGUAGE sql AS 'SELECT x';
CREATE TYPE twofold AS (a int, b text);
CREATE TABLE composed (id int, one twofold, many twofold[]);
INSERT INTO composed VALUES (1, ROW(1, 'x'), ARRAY[ROW(2, 'y')::twofold]);
CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
CREATE TRIGGER t1 BEFORE INSERT OR UPDATE OF t ON a FOR EACH ROW WHEN (NEW.v IN ('a', 'b') AND NEW.id > 1) EXECUTE FUNCTION tg();
CREATE TRIGGER t2 AFTER DELETE ON a REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tg('x', '1');
CREATE CONSTRAINT TRIGGER t3 AFTER INSERT ON b DEFERRABLE FOR EACH ROW EXECUTE FUNCTION tg();
ALTER TABLE a DISABLE TRIGGER t1;
ALTER TABLE a ENABLE ALWAYS TRIGGER t2;
CREATE TRIGGER t4 INSTEAD OF INSERT ON joined FOR EACH ROW EXECUTE FUNCTION tg();
CREATE INDEX i1 ON a (lower(t), (n * 2) DESC NULLS LAST) INCLUDE (v) WHERE b AND v IN ('a', 'b');
CREATE INDEX i2 ON a USING gin (j jsonb_path_ops);
CREATE INDEX i3 ON a USING brin (ts) WITH (pages_per_range = 32);
CREATE INDEX i4 ON a USING hash (u);
CREATE INDEX i5 ON a ((t COLLATE "C") text_pattern_ops);
CREATE STATISTICS s1 (ndistinct, dependencies) ON t, v FROM a;
CREATE TABLE parted (k int NOT NULL, s text, CHECK (s IN ('a', 'b'))) PARTITION BY LIST (k);
CREATE TABLE parted_1 PARTITION OF parted (CONSTRAINT own CHECK (k > 0)) FOR VALUES IN (1, 2) PARTITION BY HASH (s);
CREATE TABLE parted_1_0 PARTITION OF parted_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_1_1 PARTITION OF parted_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE parted_d PARTITION OF parted DEFAULT;
CREATE TABLE loose (s text, k int NOT NULL, CONSTRAINT parted_s_check CHECK (s IN ('a', 'b')));
ALTER TABLE parted ATTACH PARTITION loose FOR VALUES IN (7);
CREATE INDEX parted_k ON parted (k);
ALTER TABLE parted ADD CONSTRAINT parted_fk FOREIGN KEY (k) REFERENCES a;
INSERT INTO a (id, t, n) SELECT i, 'abc', i FROM generate_series(1, 50) i;
INSERT INTO parted SELECT 1 + i % 9, 'a' FROM generate_series(1, 100) i;
CREATE TABLE base (id int NOT NULL, q int CHECK (q > 1), r text);
CREATE TABLE derived (extra int DEFAULT 3, q int NOT NULL, LIKE a INCLUDING DEFAULTS EXCLUDING CONSTRAINTS) INHERITS (base);
ALTER TABLE derived ALTER r SET DEFAULT 'd', ALTER r SET NOT NULL;
CREATE TABLE renamed (old_name int NOT NULL, PRIMARY KEY (old_name));
ALTER TABLE renamed RENAME TO renamed_now;
ALTER TABLE renamed_now RENAME old_name TO new_name;
CREATE TABLE serials (a serial, b bigserial, c int GENERATED BY DEFAULT AS IDENTITY (START 5 INCREMENT 2), d smallserial);
CREATE UNLOGGED TABLE fast (id int GENERATED ALWAYS AS IDENTITY, s serial);
CREATE TYPE pair AS (l int, r text);
CREATE TYPE colour AS ENUM ('red', 'green''s');
CREATE TYPE span AS RANGE (subtype = timestamptz);
CREATE DOMAIN short AS varchar(5) DEFAULT 'q' NOT NULL CONSTRAINT few CHECK (VALUE IN ('q', 'r'));
CREATE TABLE typed (p pair, c colour DEFAULT 'red', s span, m short, pp pair[]);
CREATE FUNCTION eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.l = $2.l';
CREATE OPERATOR === (LEFTARG = pair, RIGHTARG = pair, FUNCTION = eq, COMMUTATOR = ===);
CREATE CAST (pair AS text) WITH INOUT AS ASSIGNMENT;
CREATE TEXT SEARCH CONFIGURATION ts (COPY = simple);
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far FOREIGN DATA WRAPPER nowhere OPTIONS (host 'h');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'far-secret');
CREATE FOREIGN TABLE abroad (id int NOT NULL, t text DEFAULT 'x') SERVER far OPTIONS (x 'y');
CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert,delete');
CREATE SUBSCRIPTION sub CONNECTION 'host=h password=sub-secret' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE COLLATION phone (provider = icu, locale = 'de_DE@collation=phonebook');
CREATE COLLATION digits (provider = icu, locale = 'en-u-kn-true');
CREATE TABLE collated (t text COLLATE phone);
COMMENT ON COLUMN a.t IS 'a comment with ; and '' and $$';
COMMENT ON VIEW joined IS 'v';
COMMENT ON FUNCTION f(text) IS 'f';
GRANT SELECT, INSERT, UPDATE, DELETE ON a TO readers;
GRANT SELECT ON ALL TABLES IN SCHEMA zoo TO PUBLIC;
REVOKE DELETE ON b FROM app;
GRANT EXECUTE ON FUNCTION f(text) TO app WITH GRANT OPTION;
REVOKE ALL ON FUNCTION f(text) FROM PUBLIC;
ALTER TABLE b OWNER TO app;
REVOKE TRUNCATE, REFERENCES ON b FROM app;
GRANT USAGE ON SCHEMA zoo TO readers;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT ALL ON TABLES TO readers;
ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE DELETE ON TABLES FROM app;
ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE POLICY p1 ON b FOR SELECT TO readers USING (note IN ('a', 'b') OR id = (SELECT max(a.id) FROM a WHERE a.t = b.note));
CREATE POLICY p2 ON b AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (a_id IS NOT NULL);
ALTER TABLE b ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE EXTENSION hstore WITH SCHEMA zoo;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION btree_gist;
CREATE EXTENSION citext;
CREATE TABLE extended (h zoo.hstore, ci citext DEFAULT 'a', CHECK (ci IN ('a', 'b')));
CREATE INDEX extended_trgm ON a USING gin (t gin_trgm_ops);
-- What only later versions know.
SELECT current_setting('server_version_num')::int >= 150000 AS modern \gset
\if :modern
CREATE FUNCTION atomic(wanted int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT count(*)::int FROM a WHERE a.id = wanted AND v IN ('a', 'b'); SELECT 2; END;
CREATE TABLE nulls (x int UNIQUE NULLS NOT DISTINCT, y text COMPRESSION pglz, z int GENERATED ALWAYS AS (x + 1) STORED);
CREATE VIEW invoker WITH (security_invoker) AS SELECT id FROM a;
CREATE VIEW joined_alias AS SELECT j.id FROM (a JOIN b USING (id)) AS j;
CREATE PUBLICATION filtered FOR TABLE a (id, t) WHERE (id > 5);
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA zoo;
CREATE STATISTICS s2 ON (lower(t)), (n * 2) FROM a;
GRANT SET ON PARAMETER work_mem TO readers;
CREATE TYPE span2 AS RANGE (subtype = timestamptz, multirange_type_name = spans);
CREATE FUNCTION spl(int) RETURNS int LANGUAGE sql RETURN $1 + 1;
\endif

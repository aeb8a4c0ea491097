import { kinds } from "./kind.ts";

/** Types, routines, views and what runs by itself. */
export const CODE = kinds({
  enums: {
    share: 0.4,
    make: ({ full, text }) => {
      const [type, table] = [full(), full()];
      return `CREATE TYPE ${type} AS ENUM ('a', 'b''s', 'c "d"', ''); ALTER TYPE ${type} ADD VALUE 'between' BEFORE 'b''s'; ALTER TYPE ${type} RENAME VALUE 'a' TO 'A'; COMMENT ON TYPE ${type} IS ${text()};
CREATE TABLE ${table} (e ${type} DEFAULT 'A', many ${type}[]); INSERT INTO ${table} VALUES ('between', '{A,NULL,"c \\"d\\""}'); CREATE INDEX ON ${table} (e) WHERE e > 'A';`;
    },
  },
  domains: {
    share: 0.4,
    make: ({ full, name, text }) => {
      const [one, two, table] = [full(), full(), full()];
      return `CREATE DOMAIN ${one} AS varchar(9) DEFAULT ${text()} NOT NULL CONSTRAINT ${name()} CHECK (VALUE <> 'bad' AND length(VALUE) < 8); CREATE DOMAIN ${two} AS ${one} CHECK (VALUE IN ('q', 'r', '')); CREATE TABLE ${table} (a ${one}, b ${two}, c ${two}[]);
INSERT INTO ${table} VALUES ('x', 'q', '{r}'); ALTER DOMAIN ${one} ADD CHECK (VALUE <> 'worse') NOT VALID; COMMENT ON DOMAIN ${one} IS ${text()};`;
    },
  },
  composites: {
    share: 0.4,
    make: ({ base, full }) => {
      const [type, table, rows] = [full(), full(), full()];
      return `CREATE TYPE ${type} AS (a int, gone int, b text COLLATE "C", c int[]); ALTER TYPE ${type} DROP ATTRIBUTE gone, ADD ATTRIBUTE d date; CREATE TABLE ${table} (one ${type}, many ${type}[]); INSERT INTO ${table} VALUES (ROW(1, 'x,"y"', '{1,2}', '2020-01-01')::${type}, ARRAY[ROW(2, NULL, NULL, NULL)::${type}]);
CREATE TABLE ${rows} (r ${base}); INSERT INTO ${rows} SELECT whole FROM ${base} AS whole LIMIT 3;`;
    },
  },
  ranges: {
    share: 0.3,
    make: ({ from, full, random }) => {
      const [type, table] = [full(), full()];
      const multi = from >= 14 && random.chance(0.5)
        ? `, multirange_type_name = ${full()}`
        : "";
      return `CREATE TYPE ${type} AS RANGE (subtype = float8, subtype_diff = float8mi${multi}); CREATE TABLE ${table} (r ${type}, s tstzrange); INSERT INTO ${table} VALUES ('[0.1,0.3)', '[2020-01-01 00:00+03,infinity)'), ('empty', NULL); CREATE INDEX ON ${table} USING gist (r);`;
    },
  },
  "base type": {
    share: 0.2,
    make: ({ full }) => {
      const [type, read, write, table] = [full(), full(), full(), full()];
      return `CREATE TYPE ${type}; CREATE FUNCTION ${read}(cstring) RETURNS ${type} LANGUAGE internal IMMUTABLE STRICT AS 'textin'; CREATE FUNCTION ${write}(${type}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE ${type} (INPUT = ${read}, OUTPUT = ${write}, LIKE = text, DEFAULT = 'none', DELIMITER = ';'); CREATE TABLE ${table} (b ${type}, many ${type}[]); INSERT INTO ${table} VALUES ('x', '{a;b}'), (DEFAULT, NULL);`;
    },
  },
  functions: {
    share: 0.6,
    make: ({ base, full, random, superuser, text }) => {
      const [f, g] = [full(), full()];
      return `CREATE FUNCTION ${f}(x int, y text DEFAULT ${text()}, VARIADIC z int[] DEFAULT '{}') RETURNS TABLE (p int, q text) LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5 ROWS 7 SET search_path = pg_catalog SET work_mem = '5MB' AS $f$ SELECT x, y; $f$;
CREATE FUNCTION ${f}(x text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER LEAKPROOF AS 'BEGIN RETURN 1; -- '' $$
END';
CREATE OR REPLACE FUNCTION ${g}(INOUT a int, OUT b text) LANGUAGE plpgsql CALLED ON NULL INPUT AS $body$ BEGIN b := a::text || ${text()}; END $body$;
COMMENT ON FUNCTION ${f}(text) IS ${text()}; REVOKE ALL ON FUNCTION ${f}(text) FROM PUBLIC;
ALTER FUNCTION ${g}(int) COST ${
        random.between(1, 500)
      }; ALTER FUNCTION ${g}(int) OWNER TO ${superuser};
CREATE FUNCTION ${full()}(r ${base}) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT r.t || ''x''';
CREATE FUNCTION ${full()}(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';`;
    },
  },
  "bodies in SQL": {
    since: 15,
    share: 0.4,
    make: ({ base, full }) =>
      `CREATE FUNCTION ${full()}(wanted int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT count(*)::int FROM ${base} WHERE id = wanted AND v IN ('a', 'b'); SELECT 2; END;
CREATE FUNCTION ${full()}(a int, b int DEFAULT 1 + 1) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + b;
CREATE PROCEDURE ${full()}(IN a int, OUT b int) LANGUAGE plpgsql AS 'BEGIN b := a; END';`,
  },
  procedures: {
    make: ({ full, text }) => {
      const p = full();
      return `CREATE PROCEDURE ${p}(days int DEFAULT 3, INOUT t text DEFAULT 'x') LANGUAGE plpgsql SET work_mem = '5MB' AS $$ BEGIN t := 'y'; END $$; COMMENT ON PROCEDURE ${p} IS ${text()};`;
    },
  },
  "aggregates and operators": {
    share: 0.3,
    make: ({ full, schema, random }) => {
      const [glue, agg] = [full(), full()];
      const sign = random.one(["#+#", "===", "<->>", "@@@", "~~@"]);
      return `CREATE FUNCTION ${glue}(text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT coalesce($1, '') || $2 $$;
CREATE AGGREGATE ${agg}(text) (SFUNC = ${glue}, STYPE = text, INITCOND = 'x', PARALLEL = SAFE);
CREATE AGGREGATE ${agg}(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', COMBINEFUNC = int4pl, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '0');
CREATE AGGREGATE ${full()}(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA);
CREATE OPERATOR ${schema}.${sign} (LEFTARG = text, RIGHTARG = text, FUNCTION = ${glue}, COMMUTATOR = OPERATOR(${schema}.${sign}));
COMMENT ON AGGREGATE ${agg}(int) IS 'sums';`;
    },
  },
  "casts and classes": {
    make: ({ full, name, schema }) => {
      const [type, lt, cmp, fam] = [full(), full(), full(), full()];
      return `CREATE TYPE ${type} AS (l int); CREATE FUNCTION ${lt}(int) RETURNS ${type} LANGUAGE sql IMMUTABLE AS $$ SELECT ROW($1) $$; CREATE CAST (int AS ${type}) WITH FUNCTION ${lt}(int) AS ASSIGNMENT; CREATE CAST (${type} AS text) WITH INOUT;
CREATE OPERATOR FAMILY ${fam} USING btree; CREATE FUNCTION ${cmp}(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $2 - $1';
CREATE OPERATOR CLASS ${schema}.${name()} FOR TYPE int USING btree FAMILY ${fam} AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 ${cmp}(int, int);`;
    },
  },
  views: {
    share: 0.7,
    make: ({ base, full, name, other, random, text }) =>
      random.some([
        `CREATE VIEW ${full()} AS SELECT * FROM ${base};`,
        `CREATE VIEW ${full()} (${name()}, ${name()}) WITH (security_barrier) AS SELECT id, t FROM ${base} WHERE b WITH LOCAL CHECK OPTION;`,
        `CREATE RECURSIVE VIEW ${full()} (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM ${full()} WHERE n < 5;`,
        `CREATE VIEW ${full()} AS WITH RECURSIVE w (n) AS (SELECT 1 UNION SELECT n + 1 FROM w WHERE n < 3) SELECT w.n, count(*) FILTER (WHERE a.b) OVER (PARTITION BY a.v ORDER BY a.id ROWS 2 PRECEDING) FROM w, ${base} AS a;`,
        `CREATE VIEW ${full()} AS SELECT v FROM ${base} WHERE v IN ('a', 'b', ${text()}) UNION SELECT t FROM ${base} EXCEPT SELECT NULL;`,
        `CREATE VIEW ${full()} AS SELECT a.*, o.base_id, CASE WHEN a.id > 1 THEN 'x'::text ELSE a.v END AS c FROM ${base} AS a LEFT JOIN ${other} AS o USING (id);`,
        `CREATE VIEW ${full()} AS SELECT g, ord FROM generate_series(1, 3) WITH ORDINALITY AS f(g, ord), LATERAL (SELECT g * 2) AS l;`,
        `CREATE VIEW ${full()} AS SELECT id, date_part('year', ts) AS y, extract(epoch FROM ts) AS e, ts AT TIME ZONE 'UTC' AS u, ts::date AS d FROM ${base} TABLESAMPLE bernoulli (50) REPEATABLE (1);`,
        `CREATE VIEW ${full()} AS SELECT v, b, sum(n), grouping(v, b) FROM ${base} GROUP BY CUBE (v, b) HAVING count(*) > ALL (ARRAY[0, 1]) ORDER BY 1 NULLS FIRST LIMIT 5;`,
        `CREATE VIEW ${full()} AS SELECT (j ->> 'k')::int AS k, j @> '{"a": 1}' AS h, arr[1:2] AS s, (ROW(id, t)).f1 AS r FROM ${base} WHERE ts > '2020-01-01 00:00+05'::timestamptz AND EXISTS (SELECT FROM ${other} AS o WHERE o.base_id = ${base}.id);`,
        `CREATE VIEW ${full()} AS SELECT * FROM (VALUES (1, ${text()}), (2, 'b')) AS v(n, s);`,
        `CREATE VIEW ${full()} AS SELECT substring(t FROM 2 FOR 3) AS a, overlay(t PLACING 'x' FROM 1) AS b, trim(BOTH 'x' FROM t) AS c, position('a' IN t) AS d, t SIMILAR TO 'a%' AS e, t COLLATE "C" < 'b' AS f FROM ${base};`,
      ], 4).join("\n"),
  },
  "materialized views": {
    share: 0.4,
    make: ({ base, full, name, text }) => {
      const [one, two] = [full(), full()];
      return `CREATE MATERIALIZED VIEW ${one} WITH (fillfactor = 80) AS SELECT id, t, n FROM ${base} WHERE id > 0; CREATE UNIQUE INDEX ${name()} ON ${one} (id); COMMENT ON MATERIALIZED VIEW ${one} IS ${text()};
CREATE MATERIALIZED VIEW ${two} AS SELECT 1 / 0 AS never WITH NO DATA; CREATE INDEX ON ${two} (never); CREATE MATERIALIZED VIEW ${full()} AS SELECT count(*) FROM ${one};`;
    },
  },
  "rules": {
    make: ({ base, full, name, other, text }) => {
      const v = full();
      return `CREATE VIEW ${v} AS SELECT id, t FROM ${base}; CREATE RULE ${name()} AS ON INSERT TO ${v} DO INSTEAD INSERT INTO ${base} (id, t) VALUES (new.id, coalesce(new.t, ${text()})) RETURNING id, t; CREATE RULE ${name()} AS ON DELETE TO ${base} WHERE old.id = 3 DO ALSO UPDATE ${other} SET base_id = NULL WHERE base_id = old.id; ALTER TABLE ${v} ALTER t SET DEFAULT 'viewdefault';`;
    },
  },
  triggers: {
    share: 0.5,
    make: ({ base, full, name, other, random, text }) => {
      const [f, a, b, c] = [full(), name(), name(), name()];
      return `CREATE FUNCTION ${f}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER ${a} BEFORE INSERT OR UPDATE OF t ON ${base} FOR EACH ROW WHEN (NEW.v IN ('a', 'b') AND NEW.id > 1) EXECUTE FUNCTION ${f}(${text()}, '1');
CREATE TRIGGER ${b} AFTER DELETE ON ${base} REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ${f}();
CREATE CONSTRAINT TRIGGER ${c} AFTER INSERT ON ${other} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${f}();
ALTER TABLE ${base} ${
        random.one(["DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"])
      } TRIGGER ${a}; COMMENT ON TRIGGER ${b} ON ${base} IS ${text()};`;
    },
  },
  "partition triggers": {
    make: ({ full, name, random }) => {
      const [t, p, f, a] = [full(), full(), full(), name()];
      return `CREATE TABLE ${t} (id int) PARTITION BY LIST (id); CREATE TABLE ${p} PARTITION OF ${t} FOR VALUES IN (1); CREATE FUNCTION ${f}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER ${a} AFTER INSERT ON ${t} FOR EACH ROW EXECUTE FUNCTION ${f}(); ${
        random.chance(0.5) ? `ALTER TABLE ${p} DISABLE TRIGGER ${a};` : ""
      }`;
    },
  },
  "disabled foreign key": {
    share: 0.3,
    refused: true,
    make: ({ other }) => `ALTER TABLE ${other} DISABLE TRIGGER ALL;`,
  },
  "event triggers": {
    make: ({ full, name, random }) => {
      const [f, e] = [full(), name()];
      return `CREATE FUNCTION ${f}() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END'; CREATE EVENT TRIGGER ${e} ON ${
        random.one(["ddl_command_start", "ddl_command_end", "sql_drop"])
      } ${
        random.chance(0.5) ? "WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') " : ""
      }EXECUTE FUNCTION ${f}(); ${
        random.chance(0.4)
          ? `ALTER EVENT TRIGGER ${e} ${
            random.one(["DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"])
          };`
          : ""
      }`;
    },
  },
  "text search": {
    make: ({ full, name, schema, text }) => {
      const [conf, dict, parser] = [full(), full(), full()];
      return `CREATE TEXT SEARCH DICTIONARY ${dict} (TEMPLATE = simple, ACCEPT = false); CREATE TEXT SEARCH CONFIGURATION ${conf} (COPY = english); ALTER TEXT SEARCH CONFIGURATION ${conf} ALTER MAPPING FOR asciiword WITH ${dict}, english_stem; ALTER TEXT SEARCH CONFIGURATION ${conf} DROP MAPPING FOR email;
CREATE TEXT SEARCH PARSER ${parser} (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype); CREATE TEXT SEARCH TEMPLATE ${schema}.${name()} (LEXIZE = dsimple_lexize); COMMENT ON TEXT SEARCH CONFIGURATION ${conf} IS ${text()};`;
    },
  },
  collations: {
    share: 0.3,
    make: ({ from, full, text }) => {
      const [one, two, three, table] = [full(), full(), full(), full()];
      return `CREATE COLLATION ${one} (PROVIDER = icu, LOCALE = 'de-DE'); CREATE COLLATION ${two} (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false); CREATE COLLATION ${three} FROM "C"; COMMENT ON COLLATION ${one} IS ${text()};
${
        from >= 16
          ? `CREATE COLLATION ${full()} (PROVIDER = icu, LOCALE = 'und', RULES = '& a < g');`
          : ""
      }
CREATE TABLE ${table} (a text COLLATE ${one}, b text COLLATE ${two} UNIQUE, c varchar COLLATE ${three}, d text COLLATE "POSIX"); INSERT INTO ${table} VALUES ('ä', 'Ab', 'z', 'q'), ('z', 'cd', 'a', 'r'); CREATE INDEX ON ${table} (a, c);`;
    },
  },
  conversions: {
    share: 0.04,
    make: ({ full, text }) => {
      const one = full();
      return `CREATE CONVERSION ${one} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; COMMENT ON CONVERSION ${one} IS ${text()};`;
    },
  },
  transforms: {
    share: 0.1,
    make: ({ schema }) =>
      `CREATE FUNCTION ${schema}.to_int(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'prsd_lextype'; CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION ${schema}.to_int(internal));`,
  },
  languages: {
    share: 0.2,
    refused: true,
    make: ({ name }) =>
      `CREATE LANGUAGE ${name()} HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;`,
  },
});

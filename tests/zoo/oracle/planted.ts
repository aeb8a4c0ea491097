import type { Cluster } from "../generate/cluster.ts";

/** A cluster with one of each, and what is done to it behind the product's back. */

const OBJECTS = `
CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'x', n numeric(9,2), f float8, u text COLLATE "C", gone text);
INSERT INTO t SELECT i, 'a' || i, i * 1.5, i / 3.0, 'u', 'g' FROM generate_series(1, 10) AS i;
CREATE TABLE child (id int REFERENCES t, note text NOT NULL) WITH (fillfactor = 70);
INSERT INTO child SELECT i, 'n' FROM generate_series(1, 5) AS i;
CREATE TABLE second (id int REFERENCES t);
ALTER TABLE child ADD CONSTRAINT positive CHECK (id > 0);
CREATE INDEX t_a ON t (a); CREATE INDEX t_n ON t (n) WHERE n > 3;
CREATE SEQUENCE s START 7; SELECT nextval('s');
CREATE VIEW v AS SELECT id, a FROM t WHERE n > 2;
CREATE MATERIALIZED VIEW m AS SELECT count(*) AS c FROM t;
CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql IMMUTABLE COST 7 AS 'SELECT x + 1';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tg();
CREATE RULE ru AS ON DELETE TO child DO ALSO NOTHING;
CREATE POLICY po ON t USING (id > 3 AND (a = 'x' OR n > 1)); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TYPE c AS (x int, y text); CREATE DOMAIN d AS int DEFAULT 5 CHECK (VALUE > 0);
CREATE TYPE r AS RANGE (subtype = float8);
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE CAST (c AS text) WITH INOUT;
CREATE COLLATION co (PROVIDER = icu, LOCALE = 'de'); 
CREATE STATISTICS st ON id, a FROM t; CREATE PUBLICATION pu FOR TABLE t;
CREATE TEXT SEARCH CONFIGURATION ts (COPY = english);
CREATE FOREIGN DATA WRAPPER fw; CREATE SERVER se FOREIGN DATA WRAPPER fw OPTIONS (host 'h'); CREATE USER MAPPING FOR PUBLIC SERVER se OPTIONS (password 'p');
CREATE EVENT TRIGGER ev ON sql_drop EXECUTE FUNCTION evf();
CREATE EXTENSION pg_trgm; CREATE EXTENSION hstore;
GRANT SELECT ON t TO someone; GRANT UPDATE (a) ON t TO someone; GRANT EXECUTE ON FUNCTION f(int) TO someone;
ALTER DEFAULT PRIVILEGES FOR ROLE someone GRANT SELECT ON TABLES TO PUBLIC;
COMMENT ON TABLE t IS 'ours'; COMMENT ON COLUMN t.a IS 'column'; COMMENT ON FUNCTION f(int) IS 'function';
SELECT lo_from_bytea(4711, 'content'); GRANT SELECT ON LARGE OBJECT 4711 TO someone;
CREATE TABLE parted (id int, k text) PARTITION BY LIST (k); CREATE TABLE part PARTITION OF parted FOR VALUES IN ('x'); INSERT INTO parted VALUES (1, 'x');
CREATE TABLE parent (id int); CREATE TABLE heir (more int) INHERITS (parent); INSERT INTO heir VALUES (1, 2);
CREATE TABLE auto (id int GENERATED ALWAYS AS IDENTITY, g int GENERATED ALWAYS AS (7) STORED); INSERT INTO auto DEFAULT VALUES;
`;

export const PLANTED_IN: Omit<Cluster, "seed"> = {
  from: 17,
  initdb: {
    superuser: "postgres",
    args: ["--encoding=UTF8", "--locale=en_US.utf8"],
  },
  configuration: ["work_mem = '5MB'"],
  commandLine: [],
  environment: {},
  databases: ["planted", "whole"],
  groups: [{
    name: "roles",
    database: "postgres",
    sql:
      `CREATE ROLE someone LOGIN PASSWORD 'p' CONNECTION LIMIT 3; CREATE ROLE other; GRANT someone TO other WITH ADMIN OPTION; COMMENT ON ROLE someone IS 'one'; ALTER ROLE someone SET work_mem = '7MB'; CREATE DATABASE planted; CREATE DATABASE whole; ALTER DATABASE planted SET search_path = x; COMMENT ON DATABASE planted IS 'db'; GRANT CREATE ON DATABASE planted TO someone; GRANT SET ON PARAMETER work_mem TO someone;`,
  }, {
    name: "objects",
    database: "planted",
    sql:
      `SET search_path = public; CREATE FUNCTION evf() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';${OBJECTS}`,
  }],
};

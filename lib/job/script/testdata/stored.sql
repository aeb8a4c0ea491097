-- Materialized views whose rows no refresh would give: their sources were purged, have grown, look elsewhere or depend on the
-- session; and tables with partitions and children that are on another server.
CREATE SCHEMA stored;
CREATE TABLE stored.source AS SELECT i AS id, i / 7.0::float8 AS f, 'n' || i AS note FROM generate_series(1, 1000) AS i;
CREATE MATERIALIZED VIEW stored.purged AS SELECT id, f, note, E'a\tb\n\\.' AS odd FROM stored.source;
CREATE UNIQUE INDEX ON stored.purged (id);
CREATE INDEX ON stored.purged (note);
CREATE MATERIALIZED VIEW stored."of ""it" AS SELECT count(*) AS n, max(note) AS "m ""x" FROM stored.purged;
CREATE MATERIALIZED VIEW stored.stale AS SELECT id FROM stored.source WHERE id > 990;
CREATE MATERIALIZED VIEW stored.local AS SELECT '2024-06-01 00:00+00'::timestamptz::text AS at, 0.1::float8 AS f, now() AS made;
CREATE MATERIALIZED VIEW stored.bare AS SELECT id FROM stored.source WITH NO DATA;
DELETE FROM stored.source WHERE id < 500;
INSERT INTO stored.source SELECT i, i, 'new' FROM generate_series(2000, 2100) AS i;
GRANT SELECT ON stored.purged TO PUBLIC;
COMMENT ON MATERIALIZED VIEW stored.purged IS 'an archive';

-- A foreign table whose server is there now, and is not when the cluster is upgraded.
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
COPY (SELECT i, 'row ' || i FROM generate_series(1, 20) AS i) TO '/tmp/far.csv' (FORMAT csv);
CREATE FOREIGN TABLE stored.far (id int, note text) SERVER files OPTIONS (filename '/tmp/far.csv', format 'csv');
CREATE VIEW stored.far_view AS SELECT id, note FROM stored.far;
CREATE MATERIALIZED VIEW stored.from_far AS SELECT id, note FROM stored.far_view;

CREATE TABLE stored.parted (id int, note text) PARTITION BY RANGE (id);
CREATE TABLE stored.parted_near PARTITION OF stored.parted FOR VALUES FROM (1000) TO (2000);
CREATE FOREIGN TABLE stored.parted_far PARTITION OF stored.parted FOR VALUES FROM (1) TO (1000)
  SERVER files OPTIONS (filename '/tmp/far.csv', format 'csv');
CREATE TABLE stored.parent (id int, note text);
CREATE TABLE stored.child () INHERITS (stored.parent);
CREATE FOREIGN TABLE stored.child_far () INHERITS (stored.parent) SERVER files OPTIONS (filename '/tmp/far.csv', format 'csv');
INSERT INTO stored.parted SELECT i, 'x' FROM generate_series(1000, 1999) AS i;
INSERT INTO stored.parent SELECT i, 'x' FROM generate_series(1, 3000) AS i;
INSERT INTO stored.child SELECT i, 'x' FROM generate_series(1, 2000) AS i;

-- A library with a worker, which would write a file as our servers stop.
ALTER SYSTEM SET shared_preload_libraries = 'pg_prewarm';

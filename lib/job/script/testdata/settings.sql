-- What shapes text, set wherever it can be set, and objects whose text it shapes.
ALTER SYSTEM SET timezone = 'Europe/Berlin';
ALTER SYSTEM SET datestyle = 'German, DMY';
ALTER SYSTEM SET intervalstyle = 'sql_standard';
ALTER SYSTEM SET bytea_output = 'escape';
ALTER SYSTEM SET quote_all_identifiers = on;
ALTER SYSTEM SET extra_float_digits = -2;
ALTER SYSTEM SET lc_monetary = 'en_US.utf8';
ALTER SYSTEM SET lc_time = 'en_US.utf8';
ALTER SYSTEM SET xmloption = 'document';
ALTER SYSTEM SET xmlbinary = 'hex';
ALTER SYSTEM SET array_nulls = off;
ALTER SYSTEM SET transform_null_equals = on;
ALTER SYSTEM SET escape_string_warning = on;
ALTER SYSTEM SET client_encoding = 'LATIN1';
ALTER SYSTEM SET client_min_messages = 'error';
CREATE DATABASE plain;

\c plain
SET xmloption = content;
SET array_nulls = on;
SET lc_monetary = 'C';
CREATE SCHEMA far;
CREATE TABLE far.events (at timestamptz NOT NULL DEFAULT '2024-06-01 00:00+02', day date DEFAULT '2024-02-03',
  len interval DEFAULT '-1 day -02:03:04', raw bytea DEFAULT '\x00ff27', price money DEFAULT '1,234.56', f float8 DEFAULT 0.1,
  note text DEFAULT 'it''s \ "x"', doc xml DEFAULT 'a <b/>', many text[] DEFAULT '{NULL,"NULL",a}',
  CHECK (at > '2000-01-01 00:00+01'), CHECK (len < '1 year 2 mons'), CHECK (raw <> '\x5c'), CHECK (price < '9,999,999.00'))
  PARTITION BY RANGE (at);
CREATE TABLE far.events_1 PARTITION OF far.events FOR VALUES FROM ('2024-01-01 00:00+01') TO ('2025-01-01 00:00+01');
CREATE TABLE far.priced (price money) PARTITION BY RANGE (price);
CREATE TABLE far.priced_1 PARTITION OF far.priced FOR VALUES FROM ('1.50') TO ('2,000.25');
CREATE VIEW far.seen AS SELECT at, at > '2024-03-31 12:00+02'::timestamptz AS later, len + '1 day 00:00:01'::interval AS longer,
  '\x00ff'::bytea AS raw, '12.34'::money AS price, day + 1 AS next FROM far.events;
CREATE INDEX partly ON far.events (day) WHERE at > '2024-05-05 05:05+05';
CREATE FUNCTION far.later(a timestamptz DEFAULT '2024-01-01 00:00+00') RETURNS boolean LANGUAGE sql AS
  $$ SELECT a = NULL OR a > '2024-01-01 12:00+00' $$;
INSERT INTO far.events (at) SELECT '2024-03-31 00:30+01'::timestamptz + i * interval '1 hour' FROM generate_series(1, 50) AS i;
INSERT INTO far.priced SELECT (i * 10)::money FROM generate_series(1, 100) AS i;
CREATE TABLE far.shapes (i interval, t timetz, r tstzrange, a timestamptz[], m money[], x xml, b bytea[], g float8[]);
INSERT INTO far.shapes VALUES ('-1 year -2 mons +3 days -04:05:06.7', '12:00+05:30', '[2024-01-01 00:00+00,)',
  '{2024-03-31 02:30+01,NULL}', '{1.00,"-2,345.67"}', 'a <b/>', '{"\\x00","\\x5c"}', '{0.1,1e-300,-0}');

\c postgres
CREATE DATABASE shaped TEMPLATE plain;
ALTER DATABASE shaped SET timezone = 'Asia/Kolkata';
ALTER DATABASE shaped SET datestyle = 'SQL, DMY';
ALTER DATABASE shaped SET intervalstyle = 'iso_8601';
ALTER DATABASE shaped SET search_path = 'far', 'pg_catalog';
ALTER DATABASE shaped SET bytea_output = 'escape';
ALTER ROLE postgres SET standard_conforming_strings = off;
ALTER ROLE postgres SET check_function_bodies = on;
ALTER ROLE postgres IN DATABASE shaped SET datestyle = 'Postgres, MDY';
ALTER ROLE postgres IN DATABASE shaped SET xmloption = 'document';

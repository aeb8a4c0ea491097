-- Expressions of many kinds, each in a constraint, a policy, an index, a view: what a server writes down, and another
-- reads and writes again, must stay the same to the comparison. Runs on 13 and later.
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE SCHEMA said;
SET search_path = said, public;
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN dv AS varchar(9);
CREATE DOMAIN dt AS text CHECK (VALUE IN ('a', 'b') OR VALUE <> ALL (ARRAY['x', 'y']));
CREATE TYPE comp AS (l int, r varchar);
CREATE TABLE t (
  v varchar, v5 varchar(5), c char, c3 char(3), tx text, n numeric, n2 numeric(10, 2), i int, s smallint, b bigint,
  d date, ts timestamp, tz timestamptz, iv interval, f float8, r real, bo bool, j jsonb, js json, en e, va varchar[],
  ta text[], dd dv, dtt dt, ci citext, h hstore, ip inet, u uuid, cm comp, m money, bt bit(3), vb bit varying(5),
  nm name, o oid, ch "char", x xml, ir int4range, tm time(3), tmz timetz
);
DO $do$
DECLARE
  x text;
  k int := 0;
BEGIN
  FOREACH x IN ARRAY ARRAY[
    'v in (''a'',''b'')', 'v not in (''a'',''b'')', 'v5 in (''a'',''b'')', 'c in (''a'',''b'')', 'c3 in (''a'')',
    'c3 in (''a'',''b'')', 'v = any(array[''a'',''b'']::varchar[])', 'v = any(array[''a'',''b'']::text[])',
    'v = any(''{a,b}'')', 'v = any(''{a,b}''::varchar[])', 'v like any (array[''a%'',''b%''])',
    'v ilike all (array[v,tx])', 'tx in (v, v5, c3)', 'v in (v5, tx)', 'v in (lower(v), upper(v5))',
    'coalesce(v, c3) in (''a'',''b'')', 'n in (1,2,3)', 'n2 in (1.5, 2)', 'i in (1, 2.5)', 'i in (1, 3000000000)',
    's in (1,2)', 's = any(array[1,2])', 'b in (1,2)', 'b = any(array[1,2]::bigint[])', 'f in (1,2.5)',
    'r in (1,2.5)', 'd in (''2020-01-01'', ''2021-01-01'')', 'ts > ''2020-01-01''', 'tz > ''2020-01-01''',
    'tz > now() - interval ''1 day 2 hours''', 'iv > ''1 mon''', 'd + 1 > ''2020-01-01''::date',
    'extract(year from ts) > 2000', 'date_part(''year'', ts) > 2000', 'ts::date = d',
    '(ts at time zone ''UTC'') > tz', 'en in (''a'',''b'')', 'en = any(array[''a'',''b'']::e[])',
    'en::text in (''a'',''b'')', 'dd in (''a'',''b'')', 'dtt in (''a'',''b'')', 'dtt::varchar in (''a'',''b'')',
    'ci in (''a'',''b'')', 'ci = any(array[''a'']::citext[])', 'h -> ''a'' in (''b'',''c'')',
    'j ->> ''a'' in (''b'',''c'')', 'j @> ''{"a":1}''', '(j->''a'')::int > 5', '(j->>''a'')::numeric(10,2) > 5',
    'va && array[''a'']::varchar[]', 'va <@ array[''a'',''b'']::varchar[]', 'ta <@ array[v,v5]::text[]',
    'array[v,v5] && va', 'array[v,v5]::text[] && ta', 'array[[v,v5],[v5,v]]::text[] && ta', 'va[1] in (''a'',''b'')',
    'array_length(va,1) < 5', 'cardinality(ta) > 0', 'i between 1 and 5', 'i between symmetric 5 and 1',
    'not (i between 1 and 5)', 'i > -1', 'i <> -1', 'n > -1.5', 'n > - n2', '-i < 0', '- (-5) < i', 'i = -5::int',
    'i > (1+2)*3', 'i::bigint * 2 > b', '(i, s) = (1, 2)', '(i, s) in ((1,2),(3,4))', 'row(i,s) < row(1,2)',
    'row(i,v) is distinct from row(1,''a'')', '(i,v) <> (1,''a'')',
    'case when i > 1 then v in (''a'',''b'') else false end', 'case v when ''a'' then true when ''b'' then false end',
    'nullif(v,'''') is not null', 'coalesce(v,v5) <> ''''', 'greatest(i,s) > 1', 'least(n,1) < 2',
    'v is distinct from ''a''', 'v is not distinct from v5', 'bo', 'not bo', 'bo is true', 'bo is not unknown',
    'bo and (i > 1 or s > 1) and not (b > 1)', '(bo or i > 1) and (s > 1 or b > 2)', '(bo is null) = (i is null)',
    'num_nonnulls(i,s,b) = 1', 'v ~ ''^[a-z]+$''', 'v !~* ''x''', 'v similar to ''a%''',
    'v like ''a\_%'' escape ''\''', 'position(''a'' in v) > 0', 'substring(v from 1 for 2) = ''ab''',
    'substring(v from ''a'') = ''a''', 'overlay(v placing ''x'' from 1) <> ''''', 'trim(both from v) <> ''''',
    'trim(leading ''x'' from v) <> ''''', 'char_length(v) between 1 and 5', 'length(v::text) < 5', 'v || ''x'' <> tx',
    'v collate "C" > ''a''', '(v || tx) collate "C" > ''a''', 'v::varchar(3) = ''abc''',
    'tx::varchar in (''a'',''b'')', 'tx::varchar(3) in (''a'',''b'')', 'v::text in (''a'',''b'')',
    'tx::char(3) in (''a'',''b'')', 'n::numeric(5,1) in (1,2)', 'upper(v) = v', 'ip << ''10.0.0.0/8''',
    'u <> ''00000000-0000-0000-0000-000000000000''', '(cm).l > 1', '(cm).r in (''a'',''b'')',
    'cm = row(1,''a'')::comp', 'm > ''1''::money', 'bt = b''101''', 'vb <> B''1''', 'nm in (''a'',''b'')',
    'nm = ''a''', 'o > 5', 'ch in (''a'',''b'')', 'ir @> 5', 'ir && int4range(1,5)', 'tm > ''10:00''',
    'tmz > ''10:00+00''', 'iv > ''1''::interval day', 'iv::interval(3) > ''1''', 'ts::timestamp(3) > ''2020-01-01''',
    'js ->> ''a'' is not null', 'js is not null', 'i % 2 = 0', '2 ^ i > 4', '|/ f > 1', '@ i > 1', 'i & 1 = 1',
    'i << 2 > 1', '(i is not null)::int + (s is not null)::int = 1', 'i = any(array[1,2,s])',
    'i = all(array[[1,2],[3,4]])', 'v = any(array[v5, tx, ''q''])', 'v = any(array[v5, ''q'']::varchar[])',
    '(v = any(ta)) is true', 'v <> all(array[''a'',null])', 'tx = any(array[''a''::varchar, ''b'']::text[])',
    'array[i,s] = array[1,2]', 'array[i,s]::bigint[] = array[b]', 'array[1.5,n2]::int[] = array[i]',
    '(array[i,2])[1] = 1', '(''{1,2}''::int[])[1] = i', 'make_interval(days => i) > iv'
  ] LOOP
    k := k + 1;
    EXECUTE format('ALTER TABLE t ADD CONSTRAINT k%s CHECK (%s)', to_char(k, 'fm000'), x);
    EXECUTE format('CREATE POLICY p%s ON t USING (%s)', to_char(k, 'fm000'), x);
    EXECUTE format('CREATE VIEW w%s AS SELECT i FROM t WHERE %s', to_char(k, 'fm000'), x);
    CONTINUE WHEN x ~ 'now|AT TIME|at time|timezone|::text in|j ->|v is|tz >|en::text|iv >';
    EXECUTE format('CREATE INDEX x%s ON t (i) WHERE %s', to_char(k, 'fm000'), x);
  END LOOP;
END $do$;

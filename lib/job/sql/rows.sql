-- Counts the rows of every table, whoever owns it, one line of JSON each.
-- Variables: verify = list | sizes | counts | checksums; this session is number :job of :jobs.
--
-- Leaf tables only, each by itself (ONLY). Of an extension's configuration those rows that pg_dump takes; its other
-- tables are of the kind "x": its script makes them and what is in them, of whatever version it is. A materialized view
-- that was never filled cannot be read. A checksum adds up the halves of each row's MD5, so the order of rows does not
-- matter; columns go by name, because a restored child table may have them in another order; floating point numbers go
-- by their bits.
--
-- To plan a query puts the body of an index's SQL function in its place, and such a body may find its names by no other
-- search path than that of whoever made the index (earthdistance before 1.2). Of such a table a line "bound NAME COLUMNS
-- JSON" is printed instead, in base64, and `settle_rows` of fingerprint.sh counts it without a query.
WITH config AS (
  SELECT u.oid, u.condition
  FROM pg_extension AS e, unnest(e.extconfig, e.extcondition) AS u (oid, condition)
),
member AS (
  SELECT objid AS oid FROM pg_depend
  WHERE classid = 'pg_class'::regclass AND deptype = 'e'
),
called AS (
  SELECT d.objid AS index
  FROM pg_depend AS d
  LEFT JOIN pg_operator AS o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
  JOIN pg_proc AS p ON p.oid = CASE d.refclassid WHEN 'pg_proc'::regclass THEN d.refobjid ELSE o.oprcode END
  -- Of whatever language: another version of an extension may have another one, and both sides must do alike.
  WHERE d.classid = 'pg_class'::regclass AND p.oid >= 16384
),
relation AS (
  SELECT c.oid, n.nspname, c.relname, c.relispopulated,
    c.relkind = 'r' AND c.oid NOT IN (SELECT oid FROM member)
      AND c.oid IN (SELECT i.indrelid FROM called JOIN pg_index AS i ON i.indexrelid = called.index) AS bound,
    CASE WHEN config.oid IS NULL AND c.oid IN (SELECT oid FROM member) THEN 'x' ELSE c.relkind::text END AS kind,
    coalesce(config.condition, '') AS condition,
    row_number() OVER (ORDER BY c.relpages DESC, c.oid) AS place
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN config ON config.oid = c.oid
  WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
    AND c.oid >= 16384 AND n.nspname !~ '^pg_(toast|temp)'
),
content AS (
  SELECT r.*, (
    SELECT coalesce(string_agg(
      CASE a.atttypid
        WHEN 'float8'::regtype THEN format('float8send(t.%I)', a.attname)
        WHEN 'float4'::regtype THEN format('float4send(t.%I)', a.attname)
        ELSE format('t.%I', a.attname)
      END, ', ' ORDER BY a.attname COLLATE "C"), '')
    FROM pg_attribute AS a
    WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS columns, (
    SELECT coalesce('(' || string_agg(quote_ident(c.attname), ', ' ORDER BY c.attname COLLATE "C") || ')', ' ')
    FROM (
      SELECT a.attname, row_number() OVER (ORDER BY a.attlen < 0, a.attlen, a.attnum) AS place
      FROM pg_attribute AS a
      -- What is computed of other columns is never copied.
      WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND coalesce(to_jsonb(a) ->> 'attgenerated', '') = '') AS c
    WHERE place = 1 OR :'verify' = 'checksums'
  ) AS copied
  FROM relation AS r
)
SELECT CASE
  WHEN :'verify' = 'list' OR NOT relispopulated THEN
    format('SELECT json_build_array(%L, %L, %L)', nspname, relname, kind)
  WHEN :'verify' = 'sizes' THEN
    format('SELECT json_build_array(%L, %L, %L, pg_relation_size(%s)::text || '' bytes'')', nspname, relname, kind, oid)
  WHEN bound THEN
    format('SELECT ''bound '' || string_agg(translate(encode(convert_to(w, getdatabaseencoding()), ''base64''), E''\n'', ''''),'
        ' '' '' ORDER BY at) FROM unnest(ARRAY[%L, %L, %L]) WITH ORDINALITY AS u (w, at)',
      format('%I.%I', nspname, relname), copied, json_build_array(nspname, relname, kind))
  WHEN :'verify' = 'checksums' AND kind <> 'x' THEN
    format('SELECT json_build_array(%L, %L, %L, count(*)'
        ', coalesce(sum((''x'' || left(h, 16))::bit(64)::bigint::numeric), 0)::text'
        ', coalesce(sum((''x'' || right(h, 16))::bit(64)::bigint::numeric), 0)::text)'
        ' FROM (SELECT md5(ROW(%s)::text) AS h FROM ONLY %I.%I AS t %s) AS s',
      nspname, relname, kind, columns, nspname, relname, condition)
  ELSE
    format('SELECT json_build_array(%L, %L, %L, count(*)) FROM ONLY %I.%I AS t %s',
      nspname, relname, kind, nspname, relname, condition)
  END
FROM content
WHERE place % :'jobs'::int = :'job'::int
ORDER BY place
\gexec

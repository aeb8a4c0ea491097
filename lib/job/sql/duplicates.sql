-- What keeps the unique indexes of a list from being rebuilt: one line of JSON each, with some of its keys and where
-- their rows are. Its OIDs are in the file that LISTED names. What calls a function of a user is not computed here: it would be
-- as the superuser.
\set oids `paste -sd, "$LISTED"`
WITH broken AS (
  SELECT i.*, format('%I.%I', n.nspname, r.relname) AS name, format('%I.%I', tn.nspname, t.relname) AS table_name,
    ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true)
      FROM generate_series(1, coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts)) AS k) AS columns,
    coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'true' AS same_nulls,
    NOT i.indisexclusion AND NOT EXISTS (
      SELECT FROM pg_depend AS d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid >= 16384
        AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)) AS plain
  FROM unnest(('{' || :'oids' || '}')::oid[]) AS l (oid)
  JOIN pg_index AS i ON i.indexrelid = l.oid
  JOIN pg_class AS r ON r.oid = l.oid
  JOIN pg_namespace AS n ON n.oid = r.relnamespace
  JOIN pg_class AS t ON t.oid = i.indrelid
  JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
)
SELECT CASE WHEN plain THEN format(
  'SELECT json_build_object(''database'', current_database(), ''index'', %L, ''table'', %L, ''columns'', %L::json, '
  '''keys'', count(*), ''rows'', coalesce(sum(n), 0), ''shown'', coalesce(json_agg(json_build_array(key, places)) '
  'FILTER (WHERE place <= 20), ''[]'')) '
  'FROM (SELECT json_build_array(%s) AS key, count(*) AS n, to_json((array_agg(ctid::text))[1:5]) AS places, '
  'row_number() OVER () AS place FROM ONLY %s WHERE %s GROUP BY %s HAVING count(*) > 1) AS found',
  name, table_name, to_json(columns),
  (SELECT string_agg(format('(%s)::text', c), ', ') FROM unnest(columns) AS c),
  table_name,
  concat_ws(' AND ', coalesce('(' || pg_get_expr(indpred, indrelid) || ')', 'true'),
    CASE WHEN NOT same_nulls THEN (SELECT string_agg(format('(%s) IS NOT NULL', c), ' AND ') FROM unnest(columns) AS c) END),
  (SELECT string_agg(format('(%s)', c), ', ') FROM unnest(columns) AS c))
ELSE format(
  'SELECT json_build_object(''database'', current_database(), ''index'', %L, ''table'', %L, ''columns'', %L::json, '
  '''keys'', NULL, ''rows'', NULL, ''shown'', ''[]''::json)', name, table_name, to_json(columns))
END
FROM broken
\gexec

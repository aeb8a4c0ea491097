-- The tables whose rows rows.sql counts, in its order: kind, bytes without indexes, number of indexes.
WITH config AS (
  SELECT u.oid FROM pg_extension AS e, unnest(e.extconfig) AS u (oid)
),
member AS (
  SELECT objid AS oid FROM pg_depend
  WHERE classid = 'pg_class'::regclass AND deptype = 'e'
)
SELECT c.relkind::text || ' ' || pg_table_size(c.oid) || ' '
  || (SELECT count(*) FROM pg_index AS i WHERE i.indrelid = c.oid)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND (c.oid IN (SELECT oid FROM config) OR c.oid NOT IN (SELECT oid FROM member))
ORDER BY c.relpages DESC, c.oid;

-- Gathers statistics where vacuumdb would ask another server: of a table that has a foreign table among its partitions
-- or children all of them are read. Those wait for the service.
-- Variables: missing = 1 for those without any alone; this session is number :job of :jobs.
WITH RECURSIVE above AS (
  SELECT i.inhparent AS oid FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE c.relkind = 'f'
  UNION
  SELECT i.inhparent FROM above JOIN pg_inherits AS i ON i.inhrelid = above.oid
),
relation AS (
  SELECT n.nspname, c.relname, row_number() OVER (ORDER BY c.relpages DESC, c.oid) AS place
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.relispopulated AND c.oid NOT IN (SELECT oid FROM above)
    AND (:'missing' <> '1' OR NOT EXISTS (SELECT FROM pg_statistic AS s WHERE s.starelid = c.oid))
)
SELECT format('ANALYZE %I.%I', nspname, relname)
FROM relation
WHERE place % :'jobs'::int = :'job'::int
ORDER BY place
\gexec

-- Behind affected.sql: rows that the new order puts elsewhere, one line of JSON each: [what, name, rows]. Nothing
-- moves them. What calls a function of a user is not computed: it would be as the superuser.
:body, ours AS (
  SELECT p.partrelid AS oid
  FROM affected AS a JOIN pg_partitioned_table AS p ON a.kind = 'range' AND p.partrelid = a.oid
), below AS (
  SELECT i.inhrelid AS oid FROM pg_inherits AS i JOIN ours ON ours.oid = i.inhparent
  UNION
  SELECT i.inhrelid FROM pg_inherits AS i JOIN below AS b ON b.oid = i.inhparent
)
SELECT format('SELECT json_build_array(%L, %L, count(*)) FROM ONLY %I.%I WHERE NOT (%s) HAVING count(*) > 0',
  f.what, f.name, n.nspname, r.relname, f.rule)
FROM (
  SELECT 'partition' AS what, b.oid::regclass::text AS name, b.oid AS relation, pg_get_partition_constraintdef(b.oid) AS rule
  FROM below AS b
  WHERE NOT EXISTS (
    SELECT FROM pg_partition_ancestors(b.oid) AS k JOIN pg_partitioned_table AS p ON p.partrelid = k.relid
    WHERE p.partexprs IS NOT NULL)
  UNION ALL
  SELECT 'check', t.conname || ' of ' || t.conrelid::regclass::text, t.conrelid, pg_get_expr(t.conbin, t.conrelid)
  FROM affected AS a JOIN pg_constraint AS t ON a.kind = 'check' AND t.oid = a.oid
  WHERE t.convalidated AND NOT EXISTS (
    SELECT FROM pg_depend AS d
    WHERE d.classid = 'pg_constraint'::regclass AND d.objid = t.oid AND d.refobjid >= 16384
      AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass))
) AS f
JOIN pg_class AS r ON r.oid = f.relation AND r.relkind = 'r'
JOIN pg_namespace AS n ON n.oid = r.relnamespace
WHERE f.rule IS NOT NULL
ORDER BY f.what, f.name
\gexec
:body
SELECT json_build_array('matview', a.oid::regclass::text, 0) FROM affected AS a WHERE a.kind = 'matview' ORDER BY 1::text;

-- Whether a restore would run an ordinary role's code as the superuser while it puts rows into tables: by a constraint, a
-- domain, a generated column or the key of a partition. Indexes and views are computed as their owners. In one line, or none.
--
-- The functions are those of the stored expression: of the system's own no dependency is recorded, and some of them run
-- text that they are given. Those that an ordinary role does not own count where its object calls them and they may do
-- more than compute.
WITH expression (owner, tree) AS (
  SELECT coalesce(t.typowner, r.relowner), c.conbin::text
  FROM pg_constraint AS c
  LEFT JOIN pg_class AS r ON r.oid = c.conrelid
  LEFT JOIN pg_type AS t ON t.oid = c.contypid
  WHERE c.contype = 'c' AND c.oid >= 16384
  UNION ALL
  SELECT r.relowner, f.adbin::text
  -- Only the columns that have a default are written as JSON, which takes time.
  FROM (
    SELECT d.adrelid, d.adbin, a AS attribute FROM pg_attrdef AS d
    JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum OFFSET 0) AS f
  JOIN pg_class AS r ON r.oid = f.adrelid
  WHERE to_jsonb(f.attribute) ->> 'attgenerated' <> ''
  UNION ALL
  SELECT r.relowner, p.partexprs::text
  FROM pg_partitioned_table AS p JOIN pg_class AS r ON r.oid = p.partrelid
  WHERE p.partexprs IS NOT NULL
)
SELECT 'careful' WHERE EXISTS (
  SELECT FROM expression AS e, regexp_matches(e.tree, ':(funcid|opfuncid|elemfuncid|opno) (\d+)', 'g') AS m
  LEFT JOIN pg_operator AS o ON m[1] = 'opno' AND o.oid = m[2]::oid
  JOIN pg_proc AS p ON p.oid = CASE m[1] WHEN 'opno' THEN o.oprcode ELSE m[2]::oid END
  WHERE NOT (SELECT rolsuper FROM pg_roles WHERE oid = p.proowner)
    OR NOT (SELECT rolsuper FROM pg_roles WHERE oid = e.owner)
      AND (p.provolatile = 'v' OR p.provolatile <> 'i' AND p.oid >= 16384 OR p.proname ~ '_to_xml')
);

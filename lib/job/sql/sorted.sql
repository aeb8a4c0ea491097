-- The beginning of a statement: what of this database depends on how a library sorts text, and by which collation.
-- :actual is the version by which the library sorts the database's own text now, of `here AS d`; a server before 15
-- knows none. What another statement asks of it stands behind it.
WITH RECURSIVE here AS (SELECT * FROM pg_database WHERE datname = current_database()),
keys AS (
  -- Of a plain key: an index for patterns sorts by bytes, and a hash sorts nothing.
  SELECT i.indexrelid AS oid, k.coll, m.amname = 'hash' AS hashed
  FROM pg_index AS i
  JOIN pg_class AS r ON r.oid = i.indexrelid
  JOIN pg_am AS m ON m.oid = r.relam
  CROSS JOIN LATERAL unnest(i.indcollation::oid[], i.indclass::oid[]) AS k (coll, class)
  JOIN pg_opclass AS o ON o.oid = k.class
  WHERE k.coll <> 0 AND o.opcname !~ '_pattern_ops$'
  UNION
  -- An expression or a condition may sort or compare by the collation of any column in it.
  SELECT i.indexrelid, d.refobjid, false
  FROM pg_index AS i JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
  WHERE d.refclassid = 'pg_collation'::regclass AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
  UNION
  SELECT i.indexrelid, a.attcollation, false
  FROM pg_index AS i
  JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
    AND d.refclassid = 'pg_class'::regclass
  JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE a.attcollation <> 0 AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
),
uses AS (
  SELECT 'index'::text AS kind, k.oid, k.coll, k.hashed
  FROM keys AS k JOIN pg_index AS i ON i.indexrelid = k.oid JOIN pg_class AS r ON r.oid = k.oid
  WHERE r.relkind = 'i' AND i.indisvalid
  UNION
  SELECT 'range', p.partrelid, k.coll, false
  FROM pg_partitioned_table AS p CROSS JOIN LATERAL unnest(p.partcollation::oid[]) AS k (coll)
  WHERE p.partstrat = 'r' AND k.coll <> 0
  UNION
  SELECT 'check', t.oid, a.attcollation, false
  FROM pg_constraint AS t JOIN pg_attribute AS a ON a.attrelid = t.conrelid AND a.attnum = ANY (t.conkey)
  WHERE t.contype = 'c' AND a.attcollation <> 0
    AND regexp_replace(pg_get_constraintdef(t.oid), '<>|->>?|@>|<@|<<|>>', '', 'g') ~ '[<>]'
  UNION
  SELECT 'matview', m.oid, a.attcollation, false
  FROM pg_class AS m JOIN pg_attribute AS a ON a.attrelid = m.oid AND a.attnum > 0
  WHERE m.relkind = 'm' AND m.relispopulated AND a.attcollation <> 0
    AND pg_get_viewdef(m.oid) ~* 'order by|[<>]|\m(min|max|greatest|least)\('
),
collations AS (
  SELECT c.oid, c.collprovider = 'd' AS own, c.collname::text AS name, p.provider,
    CASE
      WHEN p.provider = 'c' AND c.collprovider = 'd' THEN d.datcollate::text
      WHEN c.collprovider = 'd' THEN coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')
      ELSE coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', c.collcollate::text)
    END AS locale,
    CASE c.collprovider WHEN 'd' THEN to_jsonb(d) ->> 'datcollversion' ELSE c.collversion END AS noted,
    CASE c.collprovider WHEN 'd' THEN :actual ELSE pg_collation_actual_version(c.oid) END AS actual,
    to_jsonb(c) ->> 'collisdeterministic' = 'false' AS blurred
  FROM pg_collation AS c
  CROSS JOIN here AS d
  CROSS JOIN LATERAL (SELECT CASE c.collprovider
    WHEN 'd' THEN coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') ELSE c.collprovider::text END AS provider) AS p
  WHERE c.collprovider = 'd' OR c.oid IN (SELECT u.coll FROM uses AS u)
),
sorted AS (
  SELECT u.kind, u.oid, c.oid AS coll
  FROM uses AS u JOIN collations AS c ON c.oid = u.coll
  WHERE (NOT u.hashed OR c.blurred) AND (c.provider = 'i' OR c.provider = 'c' AND c.locale !~* '^(C|POSIX)([.]|$)')
)

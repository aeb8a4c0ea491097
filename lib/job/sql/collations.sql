-- The collations that indexes of this database depend on, one line of JSON each:
-- [schema, name, encoding, provider, version]. The version is the one that the indexes were built by; a server
-- before 15 does not note that of the database's own collation, so there it is the library's.
WITH used AS (
  SELECT unnest(indcollation) AS oid FROM pg_index
  UNION
  SELECT d.refobjid FROM pg_depend AS d JOIN pg_index AS i ON i.indexrelid = d.objid
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_collation'::regclass
  UNION
  SELECT a.attcollation
  FROM pg_depend AS d
  JOIN pg_index AS i ON i.indexrelid = d.objid
  JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
),
library AS (
  SELECT pg_collation_actual_version(oid) AS version FROM pg_collation
  WHERE collprovider = 'c' AND collcollate NOT IN ('C', 'POSIX') AND pg_collation_actual_version(oid) IS NOT NULL
  LIMIT 1
)
SELECT json_build_array(n.nspname, c.collname, c.collencoding,
  CASE c.collprovider WHEN 'd' THEN coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') ELSE c.collprovider::text END,
  CASE c.collprovider
    WHEN 'd' THEN coalesce(to_jsonb(d) ->> 'datcollversion', (SELECT version FROM library))
    ELSE c.collversion
  END)
FROM used
JOIN pg_collation AS c ON c.oid = used.oid
JOIN pg_namespace AS n ON n.oid = c.collnamespace
CROSS JOIN pg_database AS d
WHERE d.datname = current_database()
ORDER BY 1::text;

-- Rebuilds the indexes whose order may be another under this server's libraries, and prints the name of each.
-- Variables: file with what collations.sql wrote of the old cluster; this session is number :job of :jobs.
--
-- An index over an expression or with a condition may sort or compare by the collation of any column in it.
\set old `cat :'file' | paste -sd,`
WITH old AS (
  SELECT j ->> 0 AS nspname, j ->> 1 AS collname, (j ->> 2)::int AS encoding, j ->> 4 AS version
  FROM json_array_elements(('[' || :'old' || ']')::json) AS j
),
affected AS (
  SELECT c.oid
  FROM old
  JOIN pg_namespace AS n ON n.nspname = old.nspname
  JOIN pg_collation AS c ON c.collnamespace = n.oid AND c.collname = old.collname AND c.collencoding = old.encoding
  CROSS JOIN pg_database AS d
  WHERE d.datname = current_database()
    AND CASE c.collprovider
      WHEN 'd' THEN coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') <> 'c' OR d.datcollate NOT IN ('C', 'POSIX')
      WHEN 'c' THEN c.collcollate NOT IN ('C', 'POSIX')
      ELSE true
    END
    AND old.version IS DISTINCT FROM
      coalesce(pg_collation_actual_version(c.oid), CASE c.collprovider WHEN 'b' THEN old.version ELSE '' END)
),
sorted AS (
  -- Numbered by what a rebuild does not change: the other sessions read the catalog while this one works.
  SELECT n.nspname, r.relname, r.relpages, row_number() OVER (ORDER BY r.oid) AS place
  FROM pg_index AS i
  JOIN pg_class AS r ON r.oid = i.indexrelid
  JOIN pg_namespace AS n ON n.oid = r.relnamespace
  WHERE r.relkind = 'i' AND i.indisvalid AND n.nspname !~ '^pg_'
    AND (
      EXISTS (SELECT FROM unnest(i.indcollation) AS u (oid) JOIN affected USING (oid))
      OR EXISTS (
        SELECT FROM pg_depend AS d JOIN affected ON affected.oid = d.refobjid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
          AND d.refclassid = 'pg_collation'::regclass
      )
      OR (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) AND EXISTS (
        SELECT FROM pg_depend AS d
        JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        JOIN affected ON affected.oid = a.attcollation
        WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refclassid = 'pg_class'::regclass
      )
    )
)
SELECT format('REINDEX INDEX %I.%I', nspname, relname), format('SELECT %L', format('%I.%I', nspname, relname))
FROM sorted
WHERE place % :'jobs'::int = :'job'::int
ORDER BY relpages DESC
\gexec

-- Where every sequence stands, one line of JSON each; of an extension's configuration a later version may have more.
SELECT format('SELECT json_build_array(%L, %L, last_value, is_called%s) FROM %I.%I', n.nspname, c.relname,
  CASE WHEN c.oid IN (SELECT unnest(extconfig) FROM pg_extension) THEN ', ' || quote_literal('extension') END, n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND c.oid >= 16384
  AND (
    c.oid IN (SELECT unnest(extconfig) FROM pg_extension)
    OR c.oid NOT IN (SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'e')
  )
ORDER BY n.nspname, c.relname
\gexec

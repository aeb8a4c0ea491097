-- Behind affected.sql: the indexes to be rebuilt, the biggest first: OID, file, what it forbids (u: duplicates,
-- x: conflicts, -: nothing), and its name in base64.
:body
SELECT a.oid || ' ' || pg_relation_filenode(a.oid) || ' '
  || CASE WHEN i.indisexclusion THEN 'x' WHEN i.indisunique THEN 'u' ELSE '-' END || ' '
  || translate(encode(convert_to(format('%I.%I', n.nspname, r.relname), getdatabaseencoding()), 'base64'), E'\n', '')
FROM affected AS a
JOIN pg_index AS i ON i.indexrelid = a.oid
JOIN pg_class AS r ON r.oid = a.oid
JOIN pg_namespace AS n ON n.oid = r.relnamespace
WHERE a.kind = 'index'
ORDER BY r.relpages DESC, a.oid;

-- Materialized views, numbered alike in the old cluster and the new one: number, whether it is filled, OID,
-- and its name in base64, as it stands in a statement. Those of extensions are made and filled by them.
SELECT row_number() OVER (ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C") || ' ' || c.relispopulated::int || ' ' || c.oid || ' '
  || translate(encode(convert_to(format('%I.%I', n.nspname, c.relname), getdatabaseencoding()), 'base64'), E'\n', '')
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND c.oid NOT IN (
  SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C";

-- What one database holds, every row by its text; :except is a table that is written to all the time.
CREATE FUNCTION pg_temp.rights(acl aclitem[]) RETURNS text LANGUAGE sql AS $$
  -- MAINTAIN came with 17: the owner of a table has it there without being given it.
  SELECT string_agg(line, ' ' ORDER BY line COLLATE "C") FROM (
    SELECT format('%s:%s:%s:%s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END,
      privilege_type, is_grantable, pg_get_userbyid(grantor)) AS line
    FROM aclexplode(acl) WHERE privilege_type <> 'MAINTAIN') AS lines
$$;
WITH mine AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), own AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relacl, c.relpersistence, c.relrowsecurity
  FROM pg_class c JOIN mine n ON n.oid = c.relnamespace
)
SELECT json_build_array('schema', nspname, pg_get_userbyid(nspowner),
  CASE WHEN nspname <> 'public' THEN pg_temp.rights(nspacl) END) FROM pg_namespace JOIN mine USING (nspname)
WHERE nspname <> 'public'
UNION ALL
SELECT json_build_array('relation', nspname, relname, relkind, pg_get_userbyid(relowner), pg_temp.rights(relacl), relpersistence,
  relrowsecurity, obj_description(oid, 'pg_class')) FROM own
UNION ALL
SELECT json_build_array('column', nspname, relname, attnum, attname, format_type(atttypid, atttypmod), attnotnull,
  attidentity, attgenerated, pg_temp.rights(attacl), pg_get_expr(adbin, adrelid), col_description(own.oid, attnum))
FROM own JOIN pg_attribute a ON attrelid = own.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = own.oid AND d.adnum = a.attnum WHERE relkind IN ('r', 'p', 'v', 'm')
UNION ALL
SELECT json_build_array('constraint', nspname, relname, conname, pg_get_constraintdef(c.oid))
FROM own JOIN pg_constraint c ON conrelid = own.oid WHERE contype <> 'n'
UNION ALL
SELECT json_build_array('index', nspname, relname, pg_get_indexdef(indexrelid), indisvalid, indisunique)
FROM own JOIN pg_index ON indrelid = own.oid
UNION ALL
SELECT json_build_array('trigger', relname, pg_get_triggerdef(t.oid), tgenabled) FROM own
JOIN pg_trigger t ON tgrelid = own.oid WHERE NOT tgisinternal
UNION ALL
SELECT json_build_array('policy', schemaname, tablename, policyname, roles::text, cmd, qual, with_check) FROM pg_policies
UNION ALL
SELECT json_build_array('function', nspname, proname, pg_get_function_arguments(p.oid), prosrc, prosecdef,
  pg_get_userbyid(proowner), pg_temp.rights(proacl)) FROM pg_proc p JOIN mine n ON n.oid = pronamespace
WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
UNION ALL
SELECT json_build_array('extension', extname, nspname, pg_get_userbyid(extowner)) FROM pg_extension
JOIN pg_namespace n ON n.oid = extnamespace
UNION ALL
SELECT json_build_array('sequence', sequencename, start_value, increment_by, last_value) FROM pg_sequences
UNION ALL
SELECT json_build_array('type', nspname, typname, typtype, pg_get_userbyid(typowner)) FROM pg_type
JOIN mine n ON n.oid = typnamespace WHERE typtype IN ('e', 'd')
UNION ALL
SELECT json_build_array('default', pg_get_userbyid(defaclrole), defaclobjtype, pg_temp.rights(defaclacl)) FROM pg_default_acl
UNION ALL
SELECT json_build_array('publication', pubname, puballtables) FROM pg_publication
UNION ALL
SELECT json_build_array('statistics', stxname, pg_get_userbyid(stxowner)) FROM pg_statistic_ext
UNION ALL
SELECT json_build_array('large object', m.oid, pg_get_userbyid(lomowner), md5(lo_get(m.oid)),
  obj_description(m.oid, 'pg_largeobject')) FROM pg_largeobject_metadata m
UNION ALL
SELECT json_build_array('rows', nspname, relname, xpath('//text()', query_to_xml(format(
  'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C")) AS sum FROM %I.%I AS t',
  nspname, relname), true, true, ''))::text)
FROM own WHERE relkind IN ('r', 'm', 'p') AND relname <> :'except';

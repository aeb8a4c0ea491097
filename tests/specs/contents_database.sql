-- What one database holds, every row by its text; :except is a table that is written to all the time.
CREATE FUNCTION pg_temp.rights(acl aclitem[]) RETURNS text LANGUAGE sql AS $$
  -- MAINTAIN came with 17: the owner of a table has it there without being given it.
  SELECT string_agg(line, ' ' ORDER BY line COLLATE "C") FROM (
    SELECT format('%s:%s:%s:%s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END,
      privilege_type, is_grantable, pg_get_userbyid(grantor)) AS line
    FROM aclexplode(acl) WHERE privilege_type <> 'MAINTAIN') AS lines
$$;
CREATE FUNCTION pg_temp.sorted(options text[]) RETURNS text[] LANGUAGE sql AS $$
  -- The order of options has no meaning, and pg_dump sorts them; 17.12 keeps a number of its own among a column's.
  SELECT array_agg(o ORDER BY o) FROM unnest(options) AS o WHERE o !~ '^pg_attver='
$$;
WITH mine AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), own AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relacl, c.relpersistence, c.relrowsecurity,
    c.relforcerowsecurity, c.relreplident, c.relispopulated, c.reloptions, c.relispartition, c.relpartbound
  FROM pg_class c JOIN mine n ON n.oid = c.relnamespace
), routine AS (
  SELECT p.*, n.nspname FROM pg_proc p JOIN mine n ON n.oid = pronamespace
  WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype IN ('e', 'i'))
)
SELECT json_build_array('schema', nspname, pg_get_userbyid(nspowner), pg_temp.rights(nspacl), obj_description(oid, 'pg_namespace'))
FROM pg_namespace JOIN mine USING (oid, nspname)
UNION ALL
SELECT json_build_array('relation', nspname, relname, relkind, pg_get_userbyid(relowner), pg_temp.rights(relacl), relpersistence,
  relrowsecurity, relforcerowsecurity, relreplident, reloptions, pg_get_expr(relpartbound, oid),
  obj_description(oid, 'pg_class')) FROM own
UNION ALL
SELECT json_build_array('partitioned', nspname, relname, pg_get_partkeydef(oid)) FROM own WHERE relkind = 'p'
UNION ALL
SELECT json_build_array('inherits', inhrelid::regclass, inhparent::regclass, inhseqno) FROM pg_inherits
UNION ALL
SELECT json_build_array('view', nspname, relname, pg_get_viewdef(oid), relispopulated) FROM own WHERE relkind IN ('v', 'm')
UNION ALL
SELECT json_build_array('column', nspname, relname, row_number() OVER (PARTITION BY own.oid ORDER BY attnum), attname,
  format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_temp.rights(attacl), pg_get_expr(adbin, adrelid),
  col_description(own.oid, attnum), attcollation::regcollation, attstorage, coalesce(to_jsonb(a) ->> 'attcompression', ''),
  pg_temp.sorted(attoptions), pg_temp.sorted(attfdwoptions))
FROM own JOIN pg_attribute a ON attrelid = own.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = own.oid AND d.adnum = a.attnum WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
-- No target of its own is -1 up to 16, and no value from 17 on.
SELECT json_build_array('target', nspname, relname, row_number() OVER (PARTITION BY own.oid ORDER BY attnum), attstattarget)
FROM own JOIN pg_attribute a ON attrelid = own.oid AND attnum > 0 AND attstattarget >= 0 AND NOT attisdropped
UNION ALL
-- 18 lists NOT NULL among the constraints; it stands with the columns.
-- The server itself names what a foreign key is made of that refers to partitions.
SELECT json_build_array('constraint', nspname, relname, CASE WHEN contype <> 'f' OR conparentid = 0 THEN conname END, pg_get_constraintdef(c.oid), convalidated,
  obj_description(c.oid, 'pg_constraint'))
FROM own JOIN pg_constraint c ON conrelid = own.oid WHERE contype <> 'n'
UNION ALL
SELECT json_build_array('index', nspname, relname, pg_get_indexdef(indexrelid), indisvalid, indisunique, indisclustered, indisreplident)
FROM own JOIN pg_index ON indrelid = own.oid
UNION ALL
-- What the server itself makes of one for each partition was internal up to 13.
SELECT json_build_array('trigger', relname, pg_get_triggerdef(t.oid), tgenabled, obj_description(t.oid, 'pg_trigger')) FROM own
JOIN pg_trigger t ON tgrelid = own.oid WHERE NOT tgisinternal AND tgparentid = 0
UNION ALL
SELECT json_build_array('event trigger', evtname, evtevent, pg_get_userbyid(evtowner), evtenabled, evttags,
  evtfoid::regproc, obj_description(oid, 'pg_event_trigger')) FROM pg_event_trigger
UNION ALL
SELECT json_build_array('rule', schemaname, tablename, rulename, definition) FROM pg_rules
WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
UNION ALL
SELECT json_build_array('policy', schemaname, tablename, policyname, permissive, roles::text, cmd, qual, with_check) FROM pg_policies
UNION ALL
SELECT json_build_array('routine', nspname, proname, prokind, pg_get_function_arguments(oid), pg_get_function_result(oid), prosrc,
  prosecdef, provolatile, proparallel, proisstrict, procost, proconfig, pg_get_userbyid(proowner), pg_temp.rights(proacl),
  obj_description(oid, 'pg_proc')) FROM routine
UNION ALL
SELECT json_build_array('aggregate', aggfnoid::regprocedure, aggtransfn::regproc, aggtranstype::regtype, agginitval)
FROM pg_aggregate JOIN routine ON routine.oid = aggfnoid
UNION ALL
SELECT json_build_array('operator', n.nspname, oprname, oprleft::regtype, oprright::regtype, oprcode::regproc, pg_get_userbyid(oprowner))
FROM pg_operator o JOIN mine n ON n.oid = oprnamespace WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_operator'::regclass AND objid = o.oid AND deptype = 'e')
UNION ALL
SELECT json_build_array('cast', castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext) FROM pg_cast AS c
WHERE oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_cast'::regclass AND objid = c.oid AND deptype = 'e')
UNION ALL
SELECT json_build_array('extension', extname, nspname, pg_get_userbyid(extowner), obj_description(e.oid, 'pg_extension')) FROM pg_extension AS e
JOIN pg_namespace n ON n.oid = extnamespace
UNION ALL
SELECT json_build_array('sequence', schemaname, sequencename, data_type, start_value, min_value, max_value, increment_by, cycle,
  cache_size, last_value) FROM pg_sequences
UNION ALL
SELECT json_build_array('type', nspname, typname, typtype, pg_get_userbyid(typowner), pg_temp.rights(typacl), typdefault,
  typnotnull, typcollation::regcollation, obj_description(t.oid, 'pg_type')) FROM pg_type t
JOIN mine n ON n.oid = typnamespace WHERE typtype IN ('e', 'd', 'r') OR typrelid IN (SELECT oid FROM own WHERE relkind = 'c')
UNION ALL
SELECT json_build_array('constraint of type', typname, conname, pg_get_constraintdef(c.oid)) FROM pg_constraint c
JOIN pg_type t ON t.oid = contypid WHERE contype <> 'n' AND c.oid >= 16384
UNION ALL
SELECT json_build_array('label', enumtypid::regtype, enumlabel, row_number() OVER (PARTITION BY enumtypid ORDER BY enumsortorder)) FROM pg_enum
UNION ALL
SELECT json_build_array('range', rngtypid::regtype, rngsubtype::regtype, rngcollation::regcollation, rngsubdiff::regproc) FROM pg_range
WHERE rngtypid >= 16384
UNION ALL
-- Up to 14 the locale of ICU stood where libc's does.
SELECT json_build_array('collation', nspname, collname, collprovider, collisdeterministic, CASE collprovider WHEN 'c' THEN collcollate END,
  lower(replace(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', collcollate), '_', '-'))) FROM pg_collation c
JOIN mine n ON n.oid = collnamespace
UNION ALL
SELECT json_build_array('default', pg_get_userbyid(defaclrole), defaclnamespace::regnamespace, defaclobjtype, pg_temp.rights(defaclacl))
FROM pg_default_acl
UNION ALL
SELECT json_build_array('publication', pubname, pg_get_userbyid(pubowner), puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot)
FROM pg_publication
UNION ALL
-- Columns and a condition came with 15.
SELECT json_build_array('published', p.pubname, p.schemaname, p.tablename,
  to_jsonb(p) ->> 'rowfilter') FROM pg_publication_tables AS p
UNION ALL
SELECT json_build_array('statistics', stxnamespace::regnamespace, stxname, pg_get_userbyid(stxowner),
  pg_get_statisticsobjdef(oid), nullif(stxstattarget, -1), obj_description(oid, 'pg_statistic_ext')) FROM pg_statistic_ext
UNION ALL
SELECT json_build_array('foreign server', srvname, pg_get_userbyid(srvowner), pg_temp.rights(srvacl), fdwname, pg_temp.sorted(srvoptions))
FROM pg_foreign_server JOIN pg_foreign_data_wrapper AS w ON w.oid = srvfdw
UNION ALL
SELECT json_build_array('user mapping', srvname, usename, pg_temp.sorted(umoptions)) FROM pg_user_mappings
UNION ALL
SELECT json_build_array('foreign table', ftrelid::regclass, srvname, pg_temp.sorted(ftoptions)) FROM pg_foreign_table JOIN pg_foreign_server AS s ON s.oid = ftserver
UNION ALL
SELECT json_build_array('text search', cfgname, pg_get_userbyid(cfgowner), alias, dictname, dictinitoption, mapseqno)
FROM pg_ts_config AS c JOIN mine ON mine.oid = cfgnamespace JOIN pg_ts_config_map ON mapcfg = c.oid
JOIN pg_ts_dict AS d ON d.oid = mapdict CROSS JOIN LATERAL ts_token_type(cfgparser) WHERE tokid = maptokentype
UNION ALL
SELECT json_build_array('large object', m.oid, pg_get_userbyid(lomowner), pg_temp.rights(lomacl), md5(lo_get(m.oid)),
  obj_description(m.oid, 'pg_largeobject')) FROM pg_largeobject_metadata m
UNION ALL
SELECT json_build_array('rows', nspname, relname, xpath('//text()', query_to_xml(format(
  'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C")) AS sum FROM ONLY %I.%I AS t',
  nspname, relname), true, true, ''))::text)
FROM own WHERE (relkind = 'r' OR relkind = 'm' AND relispopulated) AND relname <> :'except';

-- What a cluster holds beside its databases: one line of JSON for each thing, the same in every version.
-- A column that not every version has is asked for by way of its row as JSON.
CREATE FUNCTION pg_temp.rights(acl aclitem[]) RETURNS text LANGUAGE sql AS $$
  -- MAINTAIN came with 17: the owner of a table has it there without being given it.
  SELECT string_agg(line, ' ' ORDER BY line COLLATE "C") FROM (
    SELECT format('%s:%s:%s:%s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END,
      privilege_type, is_grantable, pg_get_userbyid(grantor)) AS line
    FROM aclexplode(acl) WHERE privilege_type <> 'MAINTAIN') AS lines
$$;
-- Privileges on parameters came with 15.
SELECT CASE WHEN to_regclass('pg_catalog.pg_parameter_acl') IS NULL THEN 'SELECT NULL::text, NULL::aclitem[] WHERE false'
  ELSE 'SELECT parname, paracl FROM pg_parameter_acl' END AS parameters \gset
SELECT json_build_array('role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
  rolreplication, rolbypassrls, rolconnlimit, rolpassword, rolvaliduntil AT TIME ZONE 'UTC', shobj_description(oid, 'pg_authid'))
FROM pg_authid WHERE rolname !~ '^pg_'
UNION ALL
SELECT json_build_array('member', g.rolname, m.rolname, a.admin_option) FROM pg_auth_members a
JOIN pg_authid g ON g.oid = a.roleid JOIN pg_authid m ON m.oid = a.member WHERE g.rolname !~ '^pg_' OR m.rolname !~ '^pg_'
UNION ALL
SELECT json_build_array('setting', d.datname, r.rolname, (SELECT array_agg(x ORDER BY x) FROM unnest(s.setconfig) AS x)) FROM pg_db_role_setting s
LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_authid r ON r.oid = s.setrole
UNION ALL
SELECT json_build_array('parameter', parname, pg_temp.rights(paracl)) FROM (:parameters) AS p (parname, paracl)
UNION ALL
SELECT json_build_array('database', datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate,
  datctype, datconnlimit, datallowconn, datistemplate, pg_temp.rights(datacl), shobj_description(oid, 'pg_database'),
  -- 15 gave databases a provider; its locale was renamed in 17.
  coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'), coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
FROM pg_database AS d WHERE datname <> 'template0'
UNION ALL
SELECT json_build_array('subscription', datname, subname, pg_get_userbyid(subowner), subenabled, subconninfo, subslotname, subpublications)
FROM pg_subscription JOIN pg_database AS d ON d.oid = subdbid
UNION ALL
SELECT json_build_array('system', name, setting) FROM pg_settings
WHERE source IN ('configuration file', 'command line') OR name IN ('data_checksums', 'wal_segment_size');

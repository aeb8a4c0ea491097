-- What a cluster holds beside its databases: one line of JSON for each thing, the same in every version.
CREATE FUNCTION pg_temp.rights(acl aclitem[]) RETURNS text LANGUAGE sql AS $$
  -- MAINTAIN came with 17: the owner of a table has it there without being given it.
  SELECT string_agg(line, ' ' ORDER BY line COLLATE "C") FROM (
    SELECT format('%s:%s:%s:%s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END,
      privilege_type, is_grantable, pg_get_userbyid(grantor)) AS line
    FROM aclexplode(acl) WHERE privilege_type <> 'MAINTAIN') AS lines
$$;
SELECT json_build_array('role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
  rolreplication, rolbypassrls, rolconnlimit, rolpassword, rolvaliduntil AT TIME ZONE 'UTC')
FROM pg_authid WHERE rolname !~ '^pg_'
UNION ALL
SELECT json_build_array('member', g.rolname, m.rolname, a.admin_option) FROM pg_auth_members a
JOIN pg_authid g ON g.oid = a.roleid JOIN pg_authid m ON m.oid = a.member WHERE g.rolname !~ '^pg_' OR m.rolname !~ '^pg_'
UNION ALL
SELECT json_build_array('setting', d.datname, r.rolname, (SELECT array_agg(x ORDER BY x) FROM unnest(s.setconfig) AS x)) FROM pg_db_role_setting s
LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_authid r ON r.oid = s.setrole
UNION ALL
SELECT json_build_array('database', datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate,
  datctype, datconnlimit, datallowconn, pg_temp.rights(datacl), shobj_description(oid, 'pg_database'))
FROM pg_database WHERE datname <> 'template0'
UNION ALL
SELECT json_build_array('system', name, setting) FROM pg_settings
WHERE name IN ('log_min_duration_statement', 'data_checksums', 'lc_messages', 'max_connections');

-- What pg_dumpall leaves out, as statements: what ALTER ROLE ALL SET has set, and what was done to the tablespaces that
-- every cluster has. A parameter that is a list has its elements as identifiers in the catalog, separated by commas:
-- each becomes a literal of its own, since a superuser can write anything there.
SELECT format('ALTER ROLE ALL SET %I TO %s;', name, CASE
    WHEN name NOT IN ('local_preload_libraries', 'search_path', 'session_preload_libraries',
      'shared_preload_libraries', 'temp_tablespaces', 'unix_socket_directories') THEN quote_literal(value)
    ELSE (
      SELECT coalesce(string_agg(quote_literal(CASE WHEN word[1] LIKE '"%"'
        THEN replace(substr(word[1], 2, length(word[1]) - 2), '""', '"') ELSE lower(word[1]) END), ', ' ORDER BY place), quote_literal(''))
      FROM regexp_matches(value, '("(?:[^"]|"")*"|[^\s,"]+)', 'g') WITH ORDINALITY AS found (word, place)
    ) END)
FROM pg_db_role_setting, unnest(setconfig) AS line, split_part(line, '=', 1) AS name,
  substr(line, length(name) + 2) AS value
WHERE setrole = 0 AND setdatabase = 0
ORDER BY 1;

SELECT format('ALTER TABLESPACE %I SET (%I = %L);', spcname, split_part(o, '=', 1), substr(o, strpos(o, '=') + 1))
FROM pg_tablespace, unnest(spcoptions) AS o
WHERE oid < 16384
ORDER BY 1;

SELECT format('ALTER TABLESPACE %I OWNER TO %I;', spcname, pg_get_userbyid(spcowner))
FROM pg_tablespace WHERE oid < 16384 AND spcowner <> 10
ORDER BY 1;

SELECT format('GRANT %s ON TABLESPACE %I TO %s%s;', a.privilege_type, spcname,
  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
  CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
FROM pg_tablespace, aclexplode(spcacl) AS a
WHERE oid < 16384 AND a.grantee <> spcowner
ORDER BY 1;

SELECT format('COMMENT ON TABLESPACE %I IS %L;', spcname, shobj_description(oid, 'pg_tablespace'))
FROM pg_tablespace
WHERE oid < 16384 AND shobj_description(oid, 'pg_tablespace') IS NOT NULL
ORDER BY 1;

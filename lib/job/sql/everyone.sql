-- What ALTER ROLE ALL SET has set, as statements: pg_dumpall leaves it out. A parameter that is a list has its
-- elements quoted one by one in the catalog already.
SELECT format('ALTER ROLE ALL SET %I TO %s;', name, CASE
    WHEN name NOT IN ('local_preload_libraries', 'search_path', 'session_preload_libraries',
      'shared_preload_libraries', 'temp_tablespaces', 'unix_socket_directories') THEN quote_literal(value)
    WHEN value IN ('', '""') THEN quote_literal('')
    ELSE value END)
FROM pg_db_role_setting, unnest(setconfig) AS line, split_part(line, '=', 1) AS name,
  substr(line, length(name) + 2) AS value
WHERE setrole = 0 AND setdatabase = 0
ORDER BY 1;

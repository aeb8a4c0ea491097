-- What ALTER ROLE ALL SET has set, as statements: pg_dumpall leaves it out. A parameter that is a list has its
-- elements as identifiers in the catalog, separated by commas: each becomes a literal of its own, since a superuser
-- can write anything there.
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

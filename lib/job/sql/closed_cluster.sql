-- What the plan looked at and the world may have changed since, asked of the closed cluster: one sentence a line, with
-- what to do about it. What stands in plan's own checks says the same of the live one.
SELECT said FROM (
  SELECT 1 AS place, format('The transaction %s is prepared in database %s, and no dump has its rows: COMMIT PREPARED or ROLLBACK PREPARED it',
    to_json(gid), to_json(database)) AS said
  FROM pg_prepared_xacts
  UNION ALL
  SELECT 2, format(CASE
    WHEN datconnlimit = -2 THEN 'The database %s is invalid, an interrupted DROP DATABASE left it: drop it'
    WHEN NOT datallowconn THEN 'The database %s allows no connections: ALTER DATABASE NAME ALLOW_CONNECTIONS true, or drop it'
    ELSE 'The database %s has a line break in its name: rename it'
    END, to_json(datname))
  FROM pg_database
  WHERE datname <> 'template0' AND (datconnlimit = -2 OR NOT datallowconn OR datname ~ E'[\n\r]')
  UNION ALL
  SELECT 3, format('There is a tablespace %s: move what is in it to pg_default and drop it', to_json(spcname))
  FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')
) AS found
ORDER BY place, said;

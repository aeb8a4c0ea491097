-- Databases that nobody can connect to (a limit of -2 marks one whose DROP was interrupted).
SELECT coalesce(json_agg(datname ORDER BY datname), '[]')
FROM pg_database
WHERE (NOT datallowconn OR datconnlimit = -2) AND datname <> 'template0';

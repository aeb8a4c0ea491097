-- Says that the indexes follow this server's libraries, once they were rebuilt: without it every session would
-- be warned. Servers before 15 keep no version for a database.
SELECT format('ALTER COLLATION %I.%I REFRESH VERSION', n.nspname, c.collname)
FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
WHERE c.collversion IS DISTINCT FROM pg_collation_actual_version(c.oid)
  AND c.collversion IS NOT NULL AND c.collprovider <> 'd'
\gexec
SELECT format('ALTER DATABASE %I REFRESH COLLATION VERSION', datname)
FROM pg_database
WHERE datname IN (current_database(), 'template0') AND to_jsonb(pg_database) ->> 'datcollversion' IS NOT NULL
  AND current_setting('server_version_num')::int >= 150000
\gexec

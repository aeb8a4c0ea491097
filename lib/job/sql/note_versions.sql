-- Notes the versions by which this server's libraries sort, once all is sorted by them. PostgreSQL's own statement
-- refuses where there was none or is none any more: musl has no version.
SELECT format('ALTER COLLATION %I.%I REFRESH VERSION', n.nspname, c.collname)
FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
WHERE c.collprovider <> 'd' AND c.collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))
  AND c.collversion <> pg_collation_actual_version(c.oid)
\gexec
SET allow_system_table_mods = on;
UPDATE pg_collation SET collversion = pg_collation_actual_version(oid)
WHERE collprovider <> 'd' AND collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))
  AND (collversion IS NULL) <> (pg_collation_actual_version(oid) IS NULL);
SELECT current_setting('server_version_num')::int >= 150000 AS noted \gset
\if :noted
SELECT format('ALTER DATABASE %I REFRESH COLLATION VERSION', datname)
FROM pg_database
WHERE datname IN (current_database(), 'template0') AND datcollversion <> pg_database_collation_actual_version(oid)
\gexec
UPDATE pg_database SET datcollversion = pg_database_collation_actual_version(oid)
WHERE datname = current_database() AND (datcollversion IS NULL) <> (pg_database_collation_actual_version(oid) IS NULL);
\endif

-- Databases that another library, or another version of it, has sorted than sorts them now; one line of JSON each.
-- From 15 on. A database that is sorted by bytes has neither version.
SELECT json_build_object('database', datname, 'noted', datcollversion, 'actual', pg_database_collation_actual_version(oid))
FROM pg_database
WHERE datallowconn AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid)
ORDER BY datname;

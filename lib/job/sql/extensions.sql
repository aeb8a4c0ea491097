-- Brings every extension to the version that the new image offers.
SELECT format('ALTER EXTENSION %I UPDATE', e.extname)
FROM pg_extension AS e JOIN pg_available_extensions AS a ON a.name = e.extname
WHERE a.default_version <> e.extversion
ORDER BY e.oid
\gexec

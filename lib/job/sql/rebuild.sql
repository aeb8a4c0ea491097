-- Rebuilds the indexes of a list; one that fails leaves the others to be done. Its OIDs are in the file that LISTED names.
\set oids `paste -sd, "$LISTED"`
\set ON_ERROR_STOP off
\set VERBOSITY terse
SELECT format('REINDEX INDEX %I.%I', n.nspname, r.relname)
FROM unnest(('{' || :'oids' || '}')::oid[]) WITH ORDINALITY AS l (oid, place)
JOIN pg_class AS r ON r.oid = l.oid
JOIN pg_namespace AS n ON n.oid = r.relnamespace
ORDER BY l.place
\gexec

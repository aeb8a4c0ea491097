-- Lets a role add rows to tables of this database, and call what runs with its caller's rights alone in a language that
-- can do no more than SQL. Variables: loader = the role, relations = OIDs with commas, or none for all tables.
SELECT format('GRANT INSERT ON TABLE %I.%I TO %I', n.nspname, c.relname, :'loader')
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND c.oid >= 16384
  AND (:'relations' = '' OR c.oid = ANY (string_to_array(:'relations', ',')::oid[]))
UNION ALL
SELECT format('GRANT EXECUTE ON ROUTINE %s TO %I', p.oid::regprocedure, :'loader')
FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
WHERE NOT p.prosecdef AND l.lanpltrusted AND NOT has_function_privilege(:'loader', p.oid, 'EXECUTE')
\gexec

-- What an extension has brought, as a person may have changed it since, one line of JSON each: extension, its version,
-- type, name, comment, and of a function [cost, rows, volatility, strict, parallel].
SELECT json_build_array(e.extname, e.extversion, o.type, o.identity,
  obj_description(d.objid, k.relname),
  CASE WHEN o.type = 'function' THEN (SELECT json_build_array(p.procost, p.prorows, p.provolatile, p.proisstrict,
    p.proparallel) FROM pg_proc AS p WHERE p.oid = d.objid) END)
FROM pg_depend AS d
JOIN pg_extension AS e ON e.oid = d.refobjid
JOIN pg_class AS k ON k.oid = d.classid,
LATERAL pg_identify_object(d.classid, d.objid, 0) AS o
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
UNION ALL
-- No dump has the comment on one that initdb has made.
SELECT json_build_array(extname, extversion, 'extension', quote_ident(extname), obj_description(oid, 'pg_extension'), NULL)
FROM pg_extension WHERE oid < 16384
UNION ALL
-- By pg_upgrade the comment comes back that somebody has taken away, in any database (seen from 17 to 18).
SELECT json_build_array('', '', 'schema', 'public', obj_description(oid, 'pg_namespace'), NULL)
FROM pg_namespace WHERE nspname = 'public';

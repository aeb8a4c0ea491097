-- What belongs to the cluster as a whole, one line of JSON each, in the order of catalog.sql. Predefined roles are the
-- server's own, and those of a new version are more.
SELECT json_build_array('role', '', r.rolname, '', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin,
  r.rolreplication, r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil, shobj_description(r.oid, 'pg_authid'))
FROM pg_roles AS r WHERE r.oid >= 16384 OR r.oid = 10;

SELECT json_build_array('tablespace', '', t.spcname, '', pg_get_userbyid(t.spcowner),
  (SELECT string_agg(x::text, ' ' ORDER BY x::text COLLATE "C")
   FROM unnest(coalesce(t.spcacl, acldefault('t', t.spcowner))) AS x),
  (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(t.spcoptions) AS o),
  shobj_description(t.oid, 'pg_tablespace'))
FROM pg_tablespace AS t;

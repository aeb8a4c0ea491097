-- Changes what the extensions of this database have brought to what it was: no dump has that, and pg_upgrade leaves out
-- what belongs to plpgsql. Only where the extension's version is the same: another one may have its reasons.
-- Variables: members with what members.sql wrote of the old cluster.
-- Nothing of it gives a function more rights: whose they were is in no dump.
-- An event trigger must not see to it.
SET session_replication_role = replica;
\set old `cat :'members' | paste -sd,`
CREATE TEMPORARY TABLE member AS
WITH brought AS (
  SELECT e.extname, e.extversion, o.type, o.identity, d.objid, obj_description(d.objid, k.relname) AS comment
  FROM pg_depend AS d
  JOIN pg_extension AS e ON e.oid = d.refobjid
  JOIN pg_class AS k ON k.oid = d.classid,
  LATERAL pg_identify_object(d.classid, d.objid, 0) AS o
  WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  UNION ALL
  SELECT extname, extversion, 'extension', quote_ident(extname), oid, obj_description(oid, 'pg_extension')
  FROM pg_extension WHERE oid < 16384
  UNION ALL
  SELECT '', '', 'schema', 'public', oid, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'public'
)
SELECT b.type, b.identity, b.objid, b.comment, j ->> 4 AS old_comment, j -> 5 AS runs,
  CASE WHEN b.type IN ('function', 'procedure', 'aggregate') THEN 'ROUTINE' ELSE upper(b.type) END AS word
FROM json_array_elements(('[' || :'old' || ']')::json) AS j
JOIN brought AS b ON b.extname = j ->> 0 AND b.extversion = j ->> 1 AND b.type = j ->> 2 AND b.identity = j ->> 3
WHERE b.type IN ('function', 'procedure', 'aggregate', 'type', 'table', 'view', 'sequence', 'language', 'extension',
    'schema')
  AND b.identity NOT LIKE '%[]';
SELECT format('COMMENT ON %s %s IS %L', word, identity, old_comment) FROM member
WHERE comment IS DISTINCT FROM old_comment
\gexec
SELECT format('ALTER FUNCTION %s COST %s%s%s%s%s', m.identity, (runs ->> 0)::float4,
  CASE WHEN p.proretset THEN ' ROWS ' || (runs ->> 1)::float4 END,
  CASE runs ->> 2 WHEN 'i' THEN ' IMMUTABLE' WHEN 's' THEN ' STABLE' ELSE ' VOLATILE' END,
  CASE WHEN (runs ->> 3)::boolean THEN ' STRICT' ELSE ' CALLED ON NULL INPUT' END,
  CASE runs ->> 4 WHEN 's' THEN ' PARALLEL SAFE' WHEN 'r' THEN ' PARALLEL RESTRICTED' ELSE ' PARALLEL UNSAFE' END)
FROM member AS m JOIN pg_proc AS p ON p.oid = m.objid
WHERE m.type = 'function' AND (p.procost, p.prorows, p.provolatile, p.proisstrict, p.proparallel)
  IS DISTINCT FROM ((runs ->> 0)::float4, (runs ->> 1)::float4, (runs ->> 2)::"char", (runs ->> 3)::boolean,
    (runs ->> 4)::"char")
\gexec
DROP TABLE member;
RESET session_replication_role;

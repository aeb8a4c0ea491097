-- Whether a column, or a type, is made of a table's rows: such values carry the table's stamp, see stamps.sh. A view holds none.
SELECT EXISTS (
  SELECT FROM pg_depend AS d JOIN pg_type AS t ON t.oid = refobjid
  JOIN pg_type AS r ON r.oid IN (t.oid, t.typelem) JOIN pg_class AS c ON c.oid = r.typrelid
  LEFT JOIN pg_class AS v ON classid = 'pg_class'::regclass AND v.oid = objid
  WHERE refclassid = 'pg_type'::regclass AND classid IN ('pg_class'::regclass, 'pg_type'::regclass) AND deptype <> 'i'
  AND c.relkind <> 'c' AND c.oid >= 16384 AND v.relkind IS DISTINCT FROM 'v'
);

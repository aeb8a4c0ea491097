-- Whether a restore would run an ordinary role's code as the superuser while it puts rows into tables: by a constraint, a
-- domain, a generated column or the key of a partition. Indexes and views are computed as their owners. In one line, or none.
SELECT 'careful' WHERE EXISTS (
  SELECT FROM pg_depend AS d
  LEFT JOIN pg_operator AS o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
  JOIN pg_proc AS p ON p.oid = CASE WHEN o.oid IS NULL THEN d.refobjid ELSE o.oprcode END
  JOIN pg_roles AS r ON r.oid = p.proowner
  WHERE NOT r.rolsuper AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
    AND (d.classid = 'pg_constraint'::regclass AND d.objid IN (SELECT oid FROM pg_constraint WHERE contype = 'c')
      OR d.classid = 'pg_attrdef'::regclass AND d.objid IN (
        SELECT f.oid FROM pg_attrdef AS f JOIN pg_attribute AS a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
        WHERE to_jsonb(a) ->> 'attgenerated' <> '')
      OR d.classid = 'pg_class'::regclass
        AND (d.objsubid > 0 OR d.objid IN (SELECT oid FROM pg_class WHERE relkind = 'p')))
);

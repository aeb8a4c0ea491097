-- After a restore: sequences that number the rows of an extension's configuration. The rows come with the dump; where they
-- stand comes along only if the old version says that they are configuration, too (postgis_topology before 3.4 does not),
-- and else the next row would get the number of the first one.
SELECT format('SELECT setval(%L, max(%I)) FROM %s HAVING max(%I) >= (SELECT last_value FROM %s)',
  d.objid::regclass, a.attname, c.oid::regclass, a.attname, d.objid::regclass)
FROM pg_extension AS e
CROSS JOIN unnest(e.extconfig) AS u (oid)
JOIN pg_class AS c ON c.oid = u.oid AND c.relkind = 'r'
JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')
  AND d.classid = 'pg_class'::regclass
JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
ORDER BY d.objid
\gexec

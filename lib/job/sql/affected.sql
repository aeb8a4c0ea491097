-- Says what the statements of a rebuild have in common: :body, behind which `affected` are the collations whose order
-- is another than the one that something was sorted by. Variables: libc (whether the C library's version changed), icu
-- (a list of locales, and whether their version changed), unknown (what to take of a locale that is not in it).
SELECT CASE WHEN current_setting('server_version_num')::int >= 150000
  THEN 'pg_database_collation_actual_version(d.oid)' ELSE 'NULL::text' END AS actual \gset
\set body `cat sorted.sql affected_tail.sql`

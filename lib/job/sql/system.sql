-- Of every catalog how many objects of the system's own it has, and the sum of what it says of them, one line of JSON
-- each: as initdb has made them, no restore may change them. Variable: since = a transaction's number; what was written
-- by it or later is named. Where nothing was, the sum is left out: a row that no transaction has written since says what
-- it said, and to sum up all of them takes a fifth of a second for each database. With 0 all are summed up.
--
-- Rows of transaction 2 count as written, too: initdb leaves none, and pg_surgery makes such of any other.
--
-- Privileges and the schema "public" are compared with the old cluster's, and so are extensions. Where something is
-- kept, how much of it, and how old it is, is no part of it.
WITH catalog AS (
  SELECT c.oid, c.relname, CASE c.relname
      WHEN 'pg_aggregate' THEN 't.aggfnoid::oid' WHEN 'pg_attribute' THEN 't.attrelid'
      WHEN 'pg_index' THEN 't.indexrelid' WHEN 'pg_range' THEN 't.rngtypid'
      WHEN 'pg_seclabel' THEN 't.objoid' WHEN 'pg_ts_config_map' THEN 't.mapcfg' ELSE 't.oid' END AS id,
    CASE c.relname
      WHEN 'pg_aggregate' THEN '1255' WHEN 'pg_attribute' THEN '1259'
      WHEN 'pg_index' THEN '1259' WHEN 'pg_range' THEN '1247' WHEN 'pg_seclabel' THEN 't.classoid'
      WHEN 'pg_ts_config_map' THEN '3602' ELSE c.oid::text END AS class
  FROM pg_class AS c
  WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.oid < 16384
    AND (c.relname IN ('pg_aggregate', 'pg_attribute', 'pg_index', 'pg_range', 'pg_seclabel', 'pg_ts_config_map')
      OR EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'oid'))
    AND c.relname NOT IN ('pg_database', 'pg_extension', 'pg_largeobject_metadata', 'pg_tablespace')
)
SELECT format('WITH t AS NOT MATERIALIZED (SELECT t.xmin::text::bigint >= %2$s OR t.xmin::text::bigint = 2 AS written'
    ', %3$s AS id, ROW(%4$s)::text AS content FROM %5$I AS t WHERE %6$s < 16384%7$s'
    ' AND (%8$s, %6$s) NOT IN (SELECT classid, objid FROM pg_depend WHERE deptype = ''e''))'
    ' SELECT json_build_array(''system'', '''', %1$L, '''', count(*), CASE WHEN bool_or(written) THEN'
    ' (SELECT md5(string_agg(content, '''' ORDER BY content COLLATE "C")) FROM t) END'
    ', left(string_agg(id::text, '' '') FILTER (WHERE written), 200)) FROM t',
  relname, :'since',
  CASE relname WHEN 'pg_proc' THEN 't.oid::regprocedure' WHEN 'pg_class' THEN 't.oid::regclass' ELSE id END,
  -- A tree is long, and to quote it in a row takes longer than to sum it up.
  (SELECT string_agg(format(CASE a.atttypid WHEN 'pg_node_tree'::regtype THEN 'md5(t.%I::text)' ELSE 't.%I' END,
      a.attname), ', ' ORDER BY a.attnum)
   FROM pg_attribute AS a
   WHERE a.attrelid = catalog.oid AND (a.attnum > 0 OR a.attname = 'oid') AND NOT a.attisdropped
     AND a.attname !~ 'acl$|^rel(pages|tuples|allvisible|allfrozen|frozenxid|minmxid|filenode|toastrelid)$'
     AND a.attname NOT IN ('attoptions', 'collversion', 'indcheckxmin')),
  relname, id,
  CASE relname
    WHEN 'pg_namespace' THEN ' AND t.nspname <> ''public'''
    WHEN 'pg_authid' THEN ' AND t.oid <> 10'
    ELSE ''
  END, class)
FROM catalog
ORDER BY relname
\gexec

-- How far the work on this database is. First line: bytes of tables that a dump has begun and not yet read, tables
-- that rows were put into, tables that were analyzed, indexes. Second line: [[what, name, done, total, unit], …] of
-- every session at work. No table is locked, but by who only reads them: a dump.
\set copying ''
\set indexing ''
\set analyzing ''
\set unread 0
SELECT to_regclass('pg_catalog.pg_stat_progress_copy') IS NOT NULL AS copies,
  to_regclass('pg_catalog.pg_stat_progress_create_index') IS NOT NULL AS indexes,
  to_regclass('pg_catalog.pg_stat_progress_analyze') IS NOT NULL AS analyzes \gset
\if :copies
SELECT coalesce(string_agg(CASE p.command WHEN 'COPY TO' THEN
      json_build_array('read', n.nspname || '.' || c.relname, p.tuples_processed,
        greatest(c.reltuples, 0)::bigint, 'rows')
    ELSE json_build_array('fill', n.nspname || '.' || c.relname, p.bytes_processed, p.bytes_total, 'bytes')
    END::text, ',' ORDER BY p.pid), '') AS copying,
  coalesce(sum(CASE WHEN p.command = 'COPY TO' THEN
    pg_table_size(c.oid) * (1 - least(1, p.tuples_processed / greatest(c.reltuples, 1))) END), 0)::bigint AS unread
FROM pg_stat_progress_copy AS p
JOIN pg_class AS c ON c.oid = p.relid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.datname = current_database() \gset
\endif
\if :indexes
SELECT coalesce(string_agg((CASE WHEN p.tuples_total > 0 THEN
      json_build_array('index', n.nspname || '.' || c.relname, p.tuples_done, p.tuples_total, 'rows')
    ELSE json_build_array('index', n.nspname || '.' || c.relname, p.blocks_done, p.blocks_total, 'blocks')
    END)::text, ',' ORDER BY p.pid), '') AS indexing
FROM pg_stat_progress_create_index AS p
JOIN pg_class AS c ON c.oid = p.relid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.datname = current_database() \gset
\endif
\if :analyzes
SELECT coalesce(string_agg(json_build_array('analyze', n.nspname || '.' || c.relname, p.sample_blks_scanned,
      p.sample_blks_total, 'blocks')::text, ',' ORDER BY p.pid), '') AS analyzing
FROM pg_stat_progress_analyze AS p
JOIN pg_class AS c ON c.oid = p.relid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.datname = current_database() \gset
\endif
SELECT :'unread', t.filled, t.analyzed, t.indexes
FROM (
  SELECT count(*) FILTER (WHERE c.relkind = 'r' AND pg_stat_get_tuples_inserted(c.oid) > 0) AS filled,
    count(*) FILTER (WHERE c.relkind <> 'i' AND pg_stat_get_last_analyze_time(c.oid) IS NOT NULL) AS analyzed,
    count(*) FILTER (WHERE c.relkind = 'i') AS indexes
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
) AS t;
SELECT '[' || array_to_string(array_remove(ARRAY[:'copying', :'indexing', :'analyzing'], ''), ',') || ']';

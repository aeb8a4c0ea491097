-- Where each subscription of this database stands, one line of JSON each: name, whether it is enabled, the publisher's
-- position up to which all is here, [schema, table, state, position] of each of its tables, and how it streams, from 14 on.
SELECT json_build_array(s.subname, s.subenabled, o.remote_lsn, (
  SELECT coalesce(json_agg(json_build_array(n.nspname, c.relname, r.srsubstate, r.srsublsn)
    ORDER BY n.nspname, c.relname), '[]')
  FROM pg_subscription_rel AS r JOIN pg_class AS c ON c.oid = r.srrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE r.srsubid = s.oid),
  -- 16 has a letter where there was a boolean.
  CASE to_jsonb(s) ->> 'substream' WHEN 'p' THEN 'parallel' WHEN 't' THEN 'on' WHEN 'true' THEN 'on'
    WHEN 'f' THEN 'off' WHEN 'false' THEN 'off' END)
FROM pg_subscription AS s
JOIN pg_database AS d ON d.oid = s.subdbid AND d.datname = current_database()
LEFT JOIN pg_replication_origin AS p ON p.roname = 'pg_' || s.oid
LEFT JOIN pg_replication_origin_status AS o ON o.local_id = p.roident
ORDER BY s.subname;

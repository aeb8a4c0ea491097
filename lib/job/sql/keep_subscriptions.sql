-- Puts subscriptions where they stood: neither pg_dump nor pg_upgrade from before 17 says what they have fetched. Without
-- it one that is enabled again would skip every change, and refreshed it would copy each table once more.
-- Variables: subscriptions with what subscriptions.sql wrote of the old cluster.
-- An event trigger must not see to it.
SET session_replication_role = replica;
\set old `cat :'subscriptions' | paste -sd,`
CREATE TEMPORARY VIEW old_subscription AS
SELECT s.oid, j ->> 0 AS name, (j ->> 1)::boolean AS enabled, (j ->> 2)::pg_lsn AS position, j -> 3 AS tables,
  j ->> 4 AS streaming
FROM json_array_elements(('[' || :'old' || ']')::json) AS j
JOIN pg_subscription AS s ON s.subname = j ->> 0
JOIN pg_database AS d ON d.oid = s.subdbid AND d.datname = current_database();
INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate, srsublsn)
SELECT o.oid, c.oid, (t ->> 2)::"char", (t ->> 3)::pg_lsn
FROM old_subscription AS o, json_array_elements(o.tables) AS t
JOIN pg_namespace AS n ON n.nspname = t ->> 0
JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = t ->> 1
WHERE NOT EXISTS (SELECT FROM pg_subscription_rel AS r WHERE r.srsubid = o.oid AND r.srrelid = c.oid);
SELECT pg_replication_origin_create('pg_' || oid) FROM old_subscription AS o
WHERE NOT EXISTS (SELECT FROM pg_replication_origin AS p WHERE p.roname = 'pg_' || o.oid)
\g /dev/null
SELECT pg_replication_origin_advance('pg_' || oid, position) FROM old_subscription
WHERE position IS NOT NULL AND position > '0/0'
\g /dev/null
-- An old pg_dump leaves out what was its own server's default.
SELECT format('ALTER SUBSCRIPTION %I SET (streaming = %s)', o.name, o.streaming)
FROM old_subscription AS o JOIN pg_subscription AS s ON s.oid = o.oid
WHERE o.streaming IN ('off', 'on', 'parallel')
  AND left(to_jsonb(s) ->> 'substream', 1) <> CASE o.streaming WHEN 'off' THEN 'f' WHEN 'on' THEN 't' ELSE 'p' END
\gexec
SELECT format('ALTER SUBSCRIPTION %I ENABLE', name) FROM old_subscription WHERE enabled
\gexec
DROP VIEW old_subscription;
RESET session_replication_role;

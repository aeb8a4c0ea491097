-- Looks whether the indexes of a list are in order, by amcheck where the image has it, which leaves nothing behind.
-- Prints the OID of each. Its OIDs are in the file that LISTED names. Triggers on events have no part in it.
\set oids `paste -sd, "$LISTED"`
SELECT count(*) > 0 AS there FROM pg_available_extensions WHERE name = 'amcheck' \gset
\if :there
BEGIN;
SET LOCAL session_replication_role = replica;
SELECT count(*) = 0 AS missing FROM pg_extension WHERE extname = 'amcheck' \gset
\if :missing
CREATE SCHEMA pgladder_amcheck;
CREATE EXTENSION amcheck WITH SCHEMA pgladder_amcheck;
\endif
SELECT format('SELECT %I.bt_index_check(%s::oid::regclass)', n.nspname, l.oid), format('SELECT %s', l.oid)
FROM unnest(('{' || :'oids' || '}')::oid[]) AS l (oid)
JOIN pg_class AS r ON r.oid = l.oid
JOIN pg_am AS m ON m.oid = r.relam AND m.amname = 'btree'
JOIN pg_extension AS e ON e.extname = 'amcheck'
JOIN pg_namespace AS n ON n.oid = e.extnamespace
\gexec
ROLLBACK;
\endif

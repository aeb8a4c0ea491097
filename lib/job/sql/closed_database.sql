-- The same of one database, from what database_facts.sql and carried_facts.sql say of it: the first of each kind.
-- Variables: facts, carried = the files with that; method = dump | pg_upgrade.
\set said `cat :'facts'`
\set more `cat :'carried'`
WITH kind (place, key, method, sentence) AS (VALUES
  (1, 'systemObjects', NULL, 'and neither a dump nor pg_upgrade carries what is in pg_catalog or information_schema: move it to another schema, or drop it'),
  (2, 'memberTables', 'dump', 'and a dump leaves it out with its extension: use --method pg_upgrade, or ALTER EXTENSION NAME DROP TABLE NAME first'),
  (3, 'removedTypes', NULL, 'and later versions do not have its type: ALTER TABLE NAME ALTER COLUMN NAME TYPE'),
  (4, 'tablesWithOids', NULL, 'and later versions have no table WITH OIDS: ALTER TABLE NAME SET WITHOUT OIDS'),
  (5, 'numberedTypes', 'pg_upgrade', 'and pg_upgrade cannot keep its numbers: use --method dump'),
  (6, 'unsettled', NULL, 'a subscription that still copies tables: wait until pg_subscription_rel has no state but r'),
  (7, 'languages', NULL, 'a language whose handler is the system''s, which no restore makes: drop it'),
  (8, 'switchedOff', NULL, 'a key whose own triggers are disabled, which neither a dump nor pg_upgrade carries: ALTER TABLE NAME ENABLE TRIGGER ALL'),
  (9, 'lapsed', NULL, 'and later versions do not take it: drop it'),
  (10, 'nullable', NULL, 'and the column of its parent is NOT NULL: ALTER TABLE NAME ALTER COLUMN NAME SET NOT NULL'),
  (11, 'conversions', 'pg_upgrade', 'a conversion, which pg_upgrade does not carry from before 14: use --method dump'),
  (12, 'unguarded', 'dump', 'and a restore would run it as the superuser: use --method pg_upgrade, or drop it for the upgrade'),
  (13, 'folded', NULL, 'and a restore would run it as the superuser: read it and give it to a superuser, or drop it for the upgrade'),
  (14, 'added', 'dump', 'and a dump leaves it out with its extension: use --method pg_upgrade, or drop it for the upgrade'),
  (15, 'unreadable', NULL, 'and no server reads what it writes of IS DOCUMENT: drop it'),
  (16, 'altered', NULL, 'the system''s own and altered, which neither a dump nor pg_upgrade carries: bring it back to what it was'),
  (17, 'lapsedMembers', 'pg_upgrade', 'and later versions do not take it: use --method dump, or drop it')
)
SELECT format('There is %s in database %s, %s', facts ->> 0, to_json(current_database()), sentence)
FROM kind, LATERAL (SELECT (:'said'::jsonb || :'more'::jsonb) -> key AS facts) AS f
WHERE coalesce(kind.method, :'method') = :'method' AND jsonb_array_length(coalesce(facts, '[]')) > 0
ORDER BY place;

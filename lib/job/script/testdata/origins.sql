-- More subscriptions that have read something than a server of 18 has room for by itself; before 18 the room was that for
-- slots.
ALTER SYSTEM SET max_replication_slots = 40;
DO $$ BEGIN
  FOR n IN 1..12 LOOP
    EXECUTE format('CREATE SUBSCRIPTION s%s CONNECTION '''' PUBLICATION p WITH (connect = false, slot_name = NONE)', n);
  END LOOP;
END $$;
SELECT pg_replication_origin_advance('pg_' || oid, '0/1000') FROM pg_subscription;

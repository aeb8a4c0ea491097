-- Rows with text and four indexes, none of them over text: what text costs where the C library sorts otherwise is
-- a case of its own. In one transaction, so that with wal_level=minimal no log is written.
\set ON_ERROR_STOP 1
SET maintenance_work_mem = '512MB';
-- Parallel workers would want more shared memory than a container has by default, 64 MB.
SET max_parallel_maintenance_workers = 0;
BEGIN;
CREATE TABLE orders (
  id bigint NOT NULL,
  customer uuid NOT NULL,
  cents integer NOT NULL,
  note text NOT NULL,
  placed timestamptz NOT NULL
);
INSERT INTO orders
SELECT n, md5(n::text)::uuid, n * 13 % 1000000, repeat(md5((n * 7)::text), 4), '2020-01-01'::timestamptz + n * interval '7 seconds'
FROM generate_series(1, :rows) AS n;
ALTER TABLE orders ADD PRIMARY KEY (id);
CREATE INDEX orders_customer ON orders (customer);
CREATE INDEX orders_placed ON orders (placed);
CREATE INDEX orders_cents ON orders (cents);
COMMIT;
VACUUM (ANALYZE) orders;
CHECKPOINT;

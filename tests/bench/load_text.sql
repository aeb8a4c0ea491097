-- Another shape of data: pgbench's own tables, and one with four indexes, of which two are over text, sorted as en_US
-- has it. At 1600 MiB about what pgbench has at scale 60, and two million rows.
\set ON_ERROR_STOP 1
SET maintenance_work_mem = '512MB';
-- Parallel workers would want more shared memory than a container has by default, 64 MB.
SET max_parallel_maintenance_workers = 0;
BEGIN;
CREATE TABLE pgbench_accounts (aid integer NOT NULL, bid integer, abalance integer, filler character(84));
INSERT INTO pgbench_accounts SELECT n, n / 100000 + 1, 0, '' FROM generate_series(1, :rows) AS n;
ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid);
CREATE TABLE pgbench_tellers (tid integer PRIMARY KEY, bid integer, tbalance integer, filler character(84));
INSERT INTO pgbench_tellers SELECT n, n / 10 + 1, 0, '' FROM generate_series(1, :rows / 10000) AS n;
CREATE TABLE orders (
  id bigint NOT NULL,
  email text NOT NULL,
  title text NOT NULL,
  cents integer NOT NULL,
  placed timestamptz NOT NULL
);
INSERT INTO orders
SELECT n, 'user' || n::bigint * 7919 % 2000003 || '@' || md5((n % 1000)::text) || '.example',
  initcap(md5(n::text)) || ' of ' || n, n * 13 % 1000000, '2020-01-01'::timestamptz + n * interval '7 seconds'
FROM generate_series(1, :rows / 3) AS n;
ALTER TABLE orders ADD PRIMARY KEY (id);
CREATE INDEX orders_email ON orders (email);
CREATE INDEX orders_title ON orders (title);
CREATE INDEX orders_placed ON orders (placed);
COMMIT;
VACUUM (ANALYZE);
CHECKPOINT;

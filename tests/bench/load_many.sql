-- Many small databases, alike: at 100 MiB a hundred of them. What counts is their number.
\set ON_ERROR_STOP 1
CREATE TABLE orders AS SELECT n AS id, md5(n::text) AS note FROM generate_series(1, 1000) AS n;
CREATE DATABASE d0;
\connect d0
CREATE TABLE words (n integer PRIMARY KEY, name text UNIQUE);
INSERT INTO words SELECT n, md5(n::text) FROM generate_series(1, 1000) AS n;
\connect postgres
SELECT format('CREATE DATABASE d%s TEMPLATE d0', n) FROM generate_series(1, :rows / 2160) AS n \gexec
CHECKPOINT;

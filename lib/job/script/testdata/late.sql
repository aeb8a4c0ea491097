-- What came about after a plan: each in a database of its own, so that one test sees one of them.
CREATE DATABASE member;
CREATE DATABASE placed;
CREATE DATABASE numbered;
\c member
CREATE EXTENSION hstore;
CREATE TABLE public.q_mail (id int);
CREATE TABLE public.q_empty (id int);
INSERT INTO public.q_mail SELECT generate_series(1, 7);
ALTER EXTENSION hstore ADD TABLE public.q_mail;
ALTER EXTENSION hstore ADD TABLE public.q_empty;
CREATE FUNCTION added_one() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER EXTENSION hstore ADD FUNCTION added_one();
\c placed
CREATE FUNCTION pg_catalog.misplaced() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE DOMAIN information_schema.misplaced_too AS int;
\c numbered
CREATE TABLE calls (f regproc);
ALTER TEXT SEARCH CONFIGURATION pg_catalog.german ALTER MAPPING FOR word WITH simple;
CREATE TABLE documents (d xml);
CREATE INDEX documents_index ON documents ((d IS DOCUMENT));
CREATE ROLE mallory;
GRANT CREATE ON SCHEMA public TO mallory;
SET ROLE mallory;
CREATE FUNCTION plain(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE TABLE folded (a int, b int GENERATED ALWAYS AS (plain(coalesce(1, a))) STORED);
RESET ROLE;
\c postgres
ALTER SYSTEM SET max_prepared_transactions = 10;
CREATE DATABASE shut;
ALTER DATABASE shut ALLOW_CONNECTIONS false;
CREATE DATABASE gone;
UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'gone';
CREATE TABLE pay (id int, eur int);
BEGIN;
INSERT INTO pay VALUES (2, 1000000);
PREPARE TRANSACTION 'xa-1';

-- What depends on the order of text, and what only looks like it.
CREATE DATABASE words;
\c words
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE TABLE people (name text PRIMARY KEY, note text UNIQUE, born date);
INSERT INTO people
SELECT w || CASE WHEN n % 3 = 0 THEN upper(w) ELSE '' END || n, 'n' || w || n, '2000-01-01'::date + n
FROM generate_series(1, 3000) AS n,
  LATERAL (SELECT (ARRAY['abel','Abel','-abel','ábel','Zoe','zoe','éric','Eric','Øre','ore','#x','x'])[1 + n % 12] AS w) AS s;
CREATE INDEX people_lower ON people (lower(name));
CREATE INDEX people_early ON people (born) WHERE name < 'k';
CREATE INDEX people_pattern ON people (name text_pattern_ops);
CREATE INDEX people_hash ON people USING hash (name);
CREATE INDEX people_bytes ON people (name COLLATE "C");
CREATE INDEX people_german ON people (name COLLATE german);
CREATE INDEX people_born ON people (born);
ALTER TABLE people ADD CONSTRAINT people_check CHECK (name <> '' AND note > name || '!' OR true);
CREATE TABLE letters (name text, id int) PARTITION BY RANGE (name);
CREATE TABLE letters_low PARTITION OF letters FOR VALUES FROM (MINVALUE) TO ('k');
CREATE TABLE letters_high PARTITION OF letters FOR VALUES FROM ('k') TO (MAXVALUE);
CREATE UNIQUE INDEX letters_name ON letters (name);
INSERT INTO letters SELECT name, 1 FROM people;
CREATE MATERIALIZED VIEW first_names AS SELECT name, row_number() OVER (ORDER BY name) AS place FROM people;
CREATE INDEX first_names_name ON first_names (name);
CREATE TABLE numbers (id int PRIMARY KEY);
\c template1
CREATE TABLE notes (name text PRIMARY KEY);
INSERT INTO notes SELECT chr(65 + n) || chr(97 + n) FROM generate_series(0, 20) AS n;

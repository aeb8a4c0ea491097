-- Commands of psql's in what the server writes down as a setting, as a name, and as a comment.
SET allow_system_table_mods = on;
INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig) VALUES
  (0, 0, ARRAY[E'search_path=public;\n\\! touch /pgladder/RAN\n--', E'application_name=a''b;\n\\! touch /pgladder/RAN\n--']);
CREATE ROLE "r
\! touch /pgladder/RAN
";
COMMENT ON ROLE postgres IS E'x\n\\unrestrict abc\n\\! touch /pgladder/RAN\n';
CREATE TABLE t AS SELECT 1 AS a;
COMMENT ON TABLE t IS E'x\n\\unrestrict abc\n\\! touch /pgladder/RAN\n';

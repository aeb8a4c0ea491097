-- What the files of a cluster set, by name, as one JSON array: a private server's own words say otherwise of some. The
-- value is told of those that a plan reads, and of what may be a secret nobody is told.
select coalesce(jsonb_agg(jsonb_build_array(name, case
    when name in ('shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries',
      'dynamic_library_path', 'extension_control_path', 'archive_mode', 'hba_file', 'ident_file')
    or name like '%.%' and name !~* '^(auto_explain|pgaudit|pg_stat_statements)\.|passw|secret|token|conninfo|passphrase'
    then setting end) order by name), '[]')
from (
  select distinct on (lower(name)) lower(name) as name, setting from pg_file_settings
  where name is not null order by lower(name), seqno desc) as last

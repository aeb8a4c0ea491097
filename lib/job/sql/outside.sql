-- What a server reads outside of its data directory, as one JSON object: settings of files there, and of the command's
-- words, which win over them; who may log in.
with inside as (select current_setting('data_directory') || '/' as path),
said as (
  select distinct on (lower(name)) lower(name) as name, setting
  from pg_file_settings, inside
  where name is not null and left(sourcefile, length(path)) <> path
  order by lower(name), seqno desc
),
told as (
  select name, current_setting(name) as setting from pg_settings
  where source = 'command line'
    and name not in ('config_file', 'hba_file', 'ident_file', 'data_directory', 'external_pid_file')
)
select json_build_object(
  'settings', (select coalesce(json_agg(json_build_array(name, setting) order by name), '[]') from (
    select name, setting from told
    union all select name, setting from said where name not in (select name from told)) as every),
  'hba', encode(pg_read_binary_file(current_setting('hba_file')), 'base64'),
  'ident', encode(pg_read_binary_file(current_setting('ident_file'), 0, 4194304, true), 'base64'),
  'dataDirectory', current_setting('data_directory'),
  'port', current_setting('port')::int)

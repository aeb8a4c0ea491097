-- What a plan needs to know of the running cluster, as one JSON object.
-- Works on servers from 10 on; 64-bit numbers are text, so no digit is lost.
select json_build_object(
  'version', current_setting('server_version'),
  'superuser', (select rolname from pg_roles where oid = 10),
  'dataDirectory', current_setting('data_directory'),
  'systemIdentifier', (select system_identifier::text from pg_control_system()),
  'encoding', (select pg_encoding_to_char(encoding) from pg_database
               where datname = 'template0'),
  'collate', (select datcollate from pg_database where datname = 'template0'),
  'ctype', (select datctype from pg_database where datname = 'template0'),
  -- The columns came with 15 and were renamed in 17.
  'provider', (select to_jsonb(d) ->> 'datlocprovider' from pg_database d
               where datname = 'template0'),
  'locale', (select coalesce(to_jsonb(d) ->> 'datlocale',
                             to_jsonb(d) ->> 'daticulocale')
             from pg_database d where datname = 'template0'),
  'checksums', current_setting('data_checksums') = 'on',
  'walSegmentMb', pg_size_bytes(current_setting('wal_segment_size')) / 1048576,
  'inRecovery', pg_is_in_recovery(),
  'configurationFiles', json_build_array(current_setting('config_file'), current_setting('hba_file'),
    current_setting('ident_file')),
  'preloaded', current_setting('shared_preload_libraries'),
  -- What it loads, and what its extensions are told, by whatever gave it that. Those that log statements have no say
  -- in a job, and what may be a secret is nobody's.
  'loading', (select coalesce(json_agg(json_build_array(name, setting,
      sourcefile is null or left(sourcefile, length(current_setting('data_directory')) + 1)
        <> current_setting('data_directory') || '/') order by name), '[]')
    from pg_settings
    where source in ('configuration file', 'command line', 'environment variable') and setting <> ''
      and (name in ('shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries',
          'dynamic_library_path', 'extension_control_path')
        or name like '%.%' and name !~* '^(auto_explain|pgaudit|pg_stat_statements)\.|passw|secret|token|conninfo|passphrase')),
  -- Which file has said it, where one outside of the data has; and the command, in words that a person has written.
  'given', (select coalesce(json_agg(json_build_array(name, source, sourcefile) order by name), '[]')
    from pg_settings
    where source in ('configuration file', 'command line') and setting <> ''
      and (name in ('shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries') or name like '%.%')
      and (sourcefile is null or left(sourcefile, length(current_setting('data_directory')) + 1)
        <> current_setting('data_directory') || '/')),
  'set', (select coalesce(json_agg(distinct name), '[]') from pg_file_settings where applied is not false),
  -- Their catalog came with 15, so its name may stand in no statement that an older server is to read.
  'granted', (select coalesce(json_agg(name[1] order by name), '[]') from regexp_matches(
    query_to_xml(case when to_regclass('pg_catalog.pg_parameter_acl') is null then 'select 1 where false'
      else 'select parname from pg_catalog.pg_parameter_acl' end, false, true, '')::text,
    '<parname>([^<]+)</parname>', 'g') as name),
  'md5Roles', (select count(*) from pg_authid where rolcanlogin and rolpassword like 'md5%'),
  'archiveMode', current_setting('archive_mode'),
  'tablespaces', (select coalesce(json_agg(spcname order by spcname), '[]')
                  from pg_tablespace
                  where spcname not in ('pg_default', 'pg_global')),
  'preparedTransactions', (select count(*) from pg_prepared_xacts),
  -- Settings of roles and databases: a role's own, a database's, or one's in the other.
  'roleSettings', (
    select coalesce(json_agg(json_build_object('name', lower(split_part(line, '=', 1)), 'of', concat_ws(' in ',
        case when s.setrole = 0 and s.setdatabase = 0 then 'all roles' when s.setrole <> 0 then 'role ' || to_json(r.rolname) end,
        case when s.setdatabase <> 0 then 'database ' || to_json(d.datname) end)) order by r.rolname, d.datname, line), '[]')
    from pg_db_role_setting as s
    cross join unnest(s.setconfig) as line
    left join pg_roles as r on r.oid = s.setrole
    left join pg_database as d on d.oid = s.setdatabase),
  -- Logical ones that nobody reads from, or that have lost what they are to send.
  'idleSlots', (
    select coalesce(json_agg(slot_name order by slot_name), '[]') from pg_replication_slots as s
    where slot_type = 'logical' and not temporary
      and (not active or to_jsonb(s) ->> 'wal_status' = 'lost' or to_jsonb(s) ->> 'invalidation_reason' is not null)),
  'logicalSlots', (
    select coalesce(json_agg(slot_name order by slot_name), '[]') from pg_replication_slots
    where slot_type = 'logical' and not temporary),
  'slots', (select coalesce(json_agg(slot_name order by slot_name), '[]')
            from pg_replication_slots),
  'databases', (
    select json_agg(
      json_build_object(
        'name', datname,
        'bytes', coalesce(pg_database_size(oid), 0),
        'connect', datallowconn,
        'valid', datconnlimit <> -2
      ) order by datname)
    from pg_database where datname <> 'template0'),
  -- Each database reads the names of the cluster in its own encoding; SQL_ASCII takes any.
  'encodings', (
    select coalesce(json_agg(distinct pg_encoding_to_char(encoding)), '[]')
    from pg_database where datallowconn and encoding <> 0),
  'brokenRoles', (select coalesce(json_agg(rolname order by rolname), '[]') from pg_roles where rolname ~ '[\n\r]'),
  'namesBeyondAscii', (
    select coalesce(json_agg(name order by name), '[]')
    from (select datname::text from pg_database union select rolname::text from pg_roles) as names (name)
    where octet_length(name) <> length(name) or name ~ '[\x80-\xff]'),
  'connections', (
    select coalesce(json_agg(json_build_object(
      'database', datname, 'application', application_name,
      'address', coalesce(host(client_addr), 'socket'), 'count', n)), '[]')
    from (
      select datname, application_name, client_addr, count(*) as n
      from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()
      group by 1, 2, 3 order by 4 desc limit 20) as activity)
)

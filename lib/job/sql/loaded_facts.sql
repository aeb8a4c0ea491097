-- What the functions of one database are in, and what its extensions could be updated to, as one JSON object. Works on
-- servers from 10 on.
with place as (select setting as directory from pg_catalog.pg_config where name = 'PKGLIBDIR'),
library as (
  select p.probin, case when bool_and(e.oid is not null) then min(e.extname::text) else '' end as extension
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_language as l on l.oid = p.prolang
  left join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
    and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
  left join pg_catalog.pg_extension as e on e.oid = d.refobjid
  where l.lanname = 'c' and p.oid >= 16384 and p.probin is not null
  group by p.probin
),
-- Where the server looks for it; null where that is nobody's to know.
file as (
  select l.probin, l.extension, case
    when l.probin like '$libdir/%' then place.directory || substr(l.probin, 8)
    when l.probin like '/%' then l.probin
    when current_setting('dynamic_library_path') = '$libdir' then place.directory || '/' || l.probin
  end as path
  from library as l cross join place
)
select json_build_object(
  'libraries', (select coalesce(json_agg(json_build_array(probin, extension, path is null
      or (pg_catalog.pg_stat_file(path, true)).size is not null
      or (pg_catalog.pg_stat_file(path || '.so', true)).size is not null) order by probin), '[]')
    from file),
  -- Indexes over functions of extensions whose bodies are SQL, and follow a search path.
  'calling', (select coalesce(json_agg(distinct jsonb_build_array(d.objid::regclass::text, e.extname)), '[]')
    from pg_catalog.pg_depend as d
    join pg_catalog.pg_proc as p on p.oid = d.refobjid
    join pg_catalog.pg_language as l on l.oid = p.prolang
    join pg_catalog.pg_depend as m on m.classid = 'pg_catalog.pg_proc'::regclass and m.objid = p.oid
      and m.refclassid = 'pg_catalog.pg_extension'::regclass and m.deptype = 'e'
    join pg_catalog.pg_extension as e on e.oid = m.refobjid
    join pg_catalog.pg_index as i on i.indexrelid = d.objid
    where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_proc'::regclass
      and l.lanname = 'sql' and p.proconfig is null and to_jsonb(p) ->> 'prosqlbody' is null),
  -- Tables of extensions whose rows a dump brings, and their columns.
  'configured', (select coalesce(json_agg(json_build_array(e.extname, n.nspname, c.relname, (
      select json_agg(a.attname order by a.attnum) from pg_catalog.pg_attribute as a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) order by e.extname, n.nspname, c.relname), '[]')
    from pg_catalog.pg_extension as e
    join pg_catalog.pg_class as c on c.oid = any (e.extconfig) and c.relkind in ('r', 'p')
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where exists (
      select from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)),
  'offered', (select coalesce(json_agg(json_build_array(e.extname, a.default_version) order by e.extname), '[]')
    from pg_catalog.pg_extension as e
    join pg_catalog.pg_available_extensions as a on a.name = e.extname
    where a.default_version <> e.extversion and exists (
      select from pg_catalog.pg_extension_update_paths(e.extname) as u
      where u.source = e.extversion and u.target = a.default_version and u.path is not null))
)

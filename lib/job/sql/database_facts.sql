-- What a plan needs to know of one database, as one JSON object. Works on servers from 10 on.
with columns as (
  select format('%I.%I.%I', n.nspname, c.relname, a.attname) as name, t.typname as type, t.typnamespace
  from pg_catalog.pg_attribute as a
  join pg_catalog.pg_class as c on c.oid = a.attrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_type as t on t.oid = a.atttypid
  where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'm', 'p', 'i')
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and t.typnamespace = 'pg_catalog'::regnamespace
),
-- What no dump has, but in its extension's own script: tables that are not its configuration, and views.
members as (
  select e.extname, c.relkind = 'v' as viewed, n.nspname, c.relname,
    '\m' || pg_catalog.regexp_replace(c.relname, '([^a-zA-Z0-9_])', '\\\1', 'g') || '\M' as pattern
  from pg_catalog.pg_extension as e
  join pg_catalog.pg_depend as d on d.refobjid = e.oid and d.deptype = 'e'
    and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.classid = 'pg_catalog.pg_class'::regclass
  join pg_catalog.pg_class as c on c.oid = d.objid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm', 'f', 'v') and c.oid <> all (coalesce(e.extconfig, '{}'))
),
shared as (
  select setting || '/extension/' as directory from pg_catalog.pg_config where name = 'SHAREDIR'
),
-- What a user makes in a system schema.
placed as (
  select 'pg_catalog.pg_class'::regclass as classid, oid, relnamespace as namespace
  from pg_catalog.pg_class where relkind not in ('i', 'I', 't')
  union all select 'pg_catalog.pg_proc'::regclass, oid, pronamespace from pg_catalog.pg_proc
  union all select 'pg_catalog.pg_type'::regclass, oid, typnamespace from pg_catalog.pg_type
    where typrelid = 0 and typcategory <> 'A' and typtype <> 'm'
  union all select 'pg_catalog.pg_operator'::regclass, oid, oprnamespace from pg_catalog.pg_operator
  union all select 'pg_catalog.pg_opclass'::regclass, oid, opcnamespace from pg_catalog.pg_opclass
  union all select 'pg_catalog.pg_opfamily'::regclass, oid, opfnamespace from pg_catalog.pg_opfamily
  union all select 'pg_catalog.pg_conversion'::regclass, oid, connamespace from pg_catalog.pg_conversion
  union all select 'pg_catalog.pg_ts_config'::regclass, oid, cfgnamespace from pg_catalog.pg_ts_config
  union all select 'pg_catalog.pg_ts_dict'::regclass, oid, dictnamespace from pg_catalog.pg_ts_dict
  union all select 'pg_catalog.pg_ts_parser'::regclass, oid, prsnamespace from pg_catalog.pg_ts_parser
  union all select 'pg_catalog.pg_ts_template'::regclass, oid, tmplnamespace from pg_catalog.pg_ts_template
)
select json_build_object(
  'name', current_database(),
  'collate', (select case when coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c' then datcollate else 'C' end
              from pg_catalog.pg_database as d where datname = current_database()),
  'extensions', (select coalesce(json_agg(extname order by extname), '[]') from pg_catalog.pg_extension),
  'extensionSchemas', (
    select coalesce(json_agg(json_build_object('extension', extname, 'schema', nspname) order by extname), '[]')
    from pg_catalog.pg_extension as e join pg_catalog.pg_namespace as n on n.oid = e.extnamespace),
  'invalidIndexes', (
    select coalesce(json_agg(indexrelid::regclass::text), '[]')
    from pg_catalog.pg_index where not indisvalid and indexrelid::regclass::text !~ '_ccold'),
  'subscriptions', (
    select coalesce(json_agg(subname order by subname), '[]') from pg_catalog.pg_subscription as s
    join pg_catalog.pg_database as d on d.oid = s.subdbid
    where d.datname = current_database() and s.subenabled),
  -- Those with tables that are neither copied nor yet to be.
  'unsettled', (
    select coalesce(json_agg(subname order by subname), '[]') from pg_catalog.pg_subscription as s
    join pg_catalog.pg_database as d on d.oid = s.subdbid
    where d.datname = current_database() and exists (
      select from pg_catalog.pg_subscription_rel as r where r.srsubid = s.oid and r.srsubstate not in ('i', 'r'))),
  'memberTables', (
    select coalesce(json_agg(format('%I.%I (of the extension %I)', nspname, relname, extname) order by viewed, nspname, relname), '[]')
    from members as m
    where not exists (
      select from shared, pg_catalog.pg_ls_dir(directory, true, false) as file
      where left(file, length(extname) + 2) = extname || '--' and file like '%.sql'
        and pg_catalog.encode(pg_catalog.pg_read_binary_file(directory || file), 'escape') ~ pattern)),
  'systemObjects', (
    select coalesce(json_agg(pg_catalog.pg_describe_object(p.classid, p.oid, 0) order by p.classid::oid, p.oid), '[]')
    from placed as p
    where p.oid >= 16384
      and p.namespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = p.classid and d.objid = p.oid and d.deptype in ('e', 'i'))),
  'tablesWithOids', (
    select coalesce(json_agg(c.oid::regclass::text order by c.oid), '[]') from pg_catalog.pg_class as c
    where c.oid >= 16384 and to_jsonb(c) ->> 'relhasoids' = 'true'),
  -- Where another library may sort a row into another partition.
  'textRanges', (
    select coalesce(json_agg(p.partrelid::regclass::text order by p.partrelid), '[]')
    from pg_catalog.pg_partitioned_table as p
    where p.partstrat = 'r' and exists (
      select from unnest(p.partcollation::oid[]) as k (oid)
      join pg_catalog.pg_collation as c on c.oid = k.oid
      cross join pg_catalog.pg_database as d
      where d.datname = current_database() and case c.collprovider
        when 'd' then coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'i'
          or coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c' and d.datcollate not in ('C', 'POSIX')
        when 'c' then c.collcollate not in ('C', 'POSIX')
        else c.collprovider = 'i' end)),
  'removedTypes', (
    select coalesce(json_agg(name || ' (' || type || ')'), '[]') from columns
    where type in ('abstime', 'reltime', 'tinterval')),
  -- Of such a type, or of one that is made of it: a domain, an array, a range, a row.
  'numberedTypes', (
    with recursive numbered (oid) as (
      select oid from pg_catalog.pg_type
      where typnamespace = 'pg_catalog'::regnamespace
        and typname in ('regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator',
          'regproc', 'regprocedure', 'aclitem')
        -- A row of the system's has its type's number in it.
        or typtype = 'c' and (oid < 16384 or typnamespace = 'information_schema'::regnamespace)
      union
      select made.oid from numbered, lateral (
        select t.oid from pg_catalog.pg_type as t where t.typtype = 'd' and t.typbasetype = numbered.oid
        union all select t.oid from pg_catalog.pg_type as t where t.typcategory = 'A' and t.typelem = numbered.oid
        union all select r.rngtypid from pg_catalog.pg_range as r where r.rngsubtype = numbered.oid
        union all select c.reltype from pg_catalog.pg_class as c
          join pg_catalog.pg_attribute as a on a.attrelid = c.oid
          where c.relkind = 'c' and not a.attisdropped and a.atttypid = numbered.oid
      ) as made
    )
    select coalesce(json_agg(format('%I.%I.%I (%s)', n.nspname, c.relname, a.attname, format_type(a.atttypid, null))), '[]')
    from pg_catalog.pg_attribute as a
    join numbered on numbered.oid = a.atttypid
    join pg_catalog.pg_class as c on c.oid = a.attrelid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'm', 'p', 'i')
      and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'),
  -- A dump tells the handler only where it is the user's own, and a restore takes such a language for an extension.
  'languages', (
    select coalesce(json_agg(l.lanname order by l.lanname), '[]') from pg_catalog.pg_language as l
    where l.oid >= 16384
      and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_language'::regclass and d.objid = l.oid and d.deptype = 'e')
      and exists (
        select from pg_catalog.pg_proc as p
        where p.oid in (l.lanplcallfoid, l.laninline, l.lanvalidator) and p.pronamespace = 'pg_catalog'::regnamespace)),
  -- Keys whose own triggers are disabled: no dump says so, and rows may break them.
  'switchedOff', (
    select coalesce(json_agg(said order by said), '[]') from (
      select distinct format('%I of %s', k.conname, t.tgrelid::regclass) as said
      from pg_catalog.pg_trigger as t
      join pg_catalog.pg_constraint as k on k.oid = t.tgconstraint
      where t.tgisinternal and t.tgenabled <> 'O' and k.contype <> 't') as off),
  -- 14 has other functions for them.
  'conversions', (
    select coalesce(json_agg(format('%I.%I', n.nspname, c.conname) order by n.nspname, c.conname), '[]')
    from pg_catalog.pg_conversion as c
    join pg_catalog.pg_namespace as n on n.oid = c.connamespace
    where c.oid >= 16384 and current_setting('server_version_num')::int < 140000),
  -- 14 has neither operators behind what they work on, nor these functions for anyarray.
  'lapsed', (
    with old (function) as (values ('array_append'), ('array_cat'), ('array_position'), ('array_positions'),
      ('array_prepend'), ('array_remove'), ('array_replace'), ('width_bucket'))
    select coalesce(json_agg(said order by said), '[]') from (
      select 'pg_catalog.pg_operator'::regclass as class, o.oid, 'operator ' || o.oid::regoperator as said
      from pg_catalog.pg_operator as o
      where o.oid >= 16384 and o.oprright = 0
      union
      select 'pg_catalog.pg_operator'::regclass, o.oid, 'operator ' || o.oid::regoperator from pg_catalog.pg_operator as o
      join pg_catalog.pg_proc as f on f.oid = o.oprcode
      where o.oid >= 16384 and f.pronamespace = 'pg_catalog'::regnamespace and f.proname in (select function from old)
        and o.oprleft in ('anyarray'::regtype, 'anyelement'::regtype)
      union
      select 'pg_catalog.pg_proc'::regclass, a.aggfnoid::oid, 'aggregate ' || a.aggfnoid::oid::regprocedure from pg_catalog.pg_aggregate as a
      join pg_catalog.pg_proc as f on f.oid in (a.aggtransfn, a.aggfinalfn)
      where a.aggfnoid::oid >= 16384 and f.pronamespace = 'pg_catalog'::regnamespace
        and f.proname in (select function from old)
        and a.aggtranstype in ('anyarray'::regtype, 'anyelement'::regtype)
    ) as found
    -- An extension's are made by its image.
    where current_setting('server_version_num')::int < 140000 and not exists (
      select from pg_catalog.pg_depend as d
      where d.classid = found.class and d.objid = found.oid and d.deptype = 'e')),
  -- Columns that may be null although the parent's may not, which no later server takes.
  'nullable', (
    select coalesce(json_agg(format('%I of %s', c.attname, c.attrelid::regclass) order by c.attrelid, c.attnum), '[]')
    from pg_catalog.pg_inherits as i
    join pg_catalog.pg_attribute as c on c.attrelid = i.inhrelid
    join pg_catalog.pg_attribute as p on p.attrelid = i.inhparent and p.attname = c.attname
    where p.attnum > 0 and p.attnotnull and not c.attnotnull and not c.attisdropped
      and exists (select from pg_catalog.pg_class as r where r.oid = c.attrelid and r.relkind in ('r', 'p', 'f'))),
  -- Expressions that a restore computes as it puts rows into tables, and the function of an ordinary role in each.
  'computed', (
    select coalesce(json_agg(said order by said), '[]') from (
      select distinct format('%s calls %s of %s', pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid),
        p.oid::regprocedure, r.rolname) as said
      from pg_catalog.pg_depend as d
      left join pg_catalog.pg_operator as o on d.refclassid = 'pg_catalog.pg_operator'::regclass and o.oid = d.refobjid
      join pg_catalog.pg_proc as p on p.oid = case when o.oid is null then d.refobjid else o.oprcode end
      join pg_catalog.pg_roles as r on r.oid = p.proowner
      where not r.rolsuper
        and d.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
        and case d.classid
          when 'pg_catalog.pg_constraint'::regclass then
            exists (select from pg_catalog.pg_constraint as c where c.oid = d.objid and c.contype = 'c')
          when 'pg_catalog.pg_attrdef'::regclass then
            exists (select from pg_catalog.pg_attrdef as f
              join pg_catalog.pg_attribute as a on a.attrelid = f.adrelid and a.attnum = f.adnum
              where f.oid = d.objid and to_jsonb(a) ->> 'attgenerated' <> '')
          when 'pg_catalog.pg_class'::regclass then
            -- Before 15 it is the generated column that depends on the function.
            d.objsubid > 0
            or exists (select from pg_catalog.pg_class as c where c.oid = d.objid and c.relkind in ('i', 'I', 'p'))
          else false
        end
      limit 100) as called)
)

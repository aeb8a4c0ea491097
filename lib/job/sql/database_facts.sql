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
),
-- Every expression of a constraint, a domain, a generated column, an index or the key of a partition; kind is "i" for an index.
expression (classid, objid, kind, owner, tree) as (
  select 'pg_catalog.pg_constraint'::regclass::oid, c.oid, 'c', coalesce(t.typowner, r.relowner), c.conbin::text
  from pg_catalog.pg_constraint as c
  left join pg_catalog.pg_class as r on r.oid = c.conrelid
  left join pg_catalog.pg_type as t on t.oid = c.contypid
  where c.contype = 'c' and c.oid >= 16384
  union all
  select 'pg_catalog.pg_attrdef'::regclass, f.oid, 'g', r.relowner, f.adbin::text
  -- Only the columns that have a default are written as JSON, which takes time.
  from (
    select d.oid, d.adrelid, d.adbin, a as attribute from pg_catalog.pg_attrdef as d
    join pg_catalog.pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum offset 0) as f
  join pg_catalog.pg_class as r on r.oid = f.adrelid
  where to_jsonb(f.attribute) ->> 'attgenerated' <> ''
  union all
  select 'pg_catalog.pg_class'::regclass, r.oid, 'p', r.relowner, p.partexprs::text
  from pg_catalog.pg_partitioned_table as p join pg_catalog.pg_class as r on r.oid = p.partrelid
  where p.partexprs is not null
  union all
  select 'pg_catalog.pg_class'::regclass, r.oid, 'i', r.relowner, concat(i.indexprs, i.indpred)
  from pg_catalog.pg_index as i join pg_catalog.pg_class as r on r.oid = i.indexrelid
  where r.oid >= 16384 and (i.indexprs is not null or i.indpred is not null)
),
-- What careful.sql asks for, one by one; of indexes, which are computed as their owners, the functions of ordinary roles.
called as (
  select e.classid, e.objid, e.kind, p.oid as function,
    pg_catalog.pg_describe_object(e.classid, e.objid, 0) as object, format('%s of %s', p.oid::regprocedure, r.rolname) as name
  from expression as e
  cross join pg_catalog.regexp_matches(e.tree, ':(funcid|opfuncid|elemfuncid|opno) (\d+)', 'g') as m
  left join pg_catalog.pg_operator as o on m[1] = 'opno' and o.oid = m[2]::oid
  join pg_catalog.pg_proc as p on p.oid = case m[1] when 'opno' then o.oprcode else m[2]::oid end
  join pg_catalog.pg_roles as r on r.oid = p.proowner
  where not r.rolsuper
    or e.kind <> 'i' and not (select rolsuper from pg_catalog.pg_roles where oid = e.owner)
      and (p.provolatile = 'v' or p.provolatile <> 'i' and p.oid >= 16384 or p.proname ~ '_to_xml')
)
select json_build_object(
  'name', current_database(),
  'collate', (select case when coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c' then datcollate else 'C' end
              from pg_catalog.pg_database as d where datname = current_database()),
  'extensions', (select coalesce(json_agg(extname order by extname), '[]') from pg_catalog.pg_extension),
  'extensionSchemas', (
    select coalesce(json_agg(json_build_object('extension', extname, 'schema', nspname, 'version', extversion) order by extname), '[]')
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
  -- Of routines: each setting once, and a routine that has it.
  'routineSettings', (
    select coalesce(json_agg(json_build_array(name, routine) order by name), '[]') from (
      select lower(split_part(line, '=', 1)) as name, min(p.oid::regprocedure::text) as routine
      from pg_catalog.pg_proc as p cross join unnest(p.proconfig) as line
      where p.oid >= 16384 and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
      group by 1) as s),
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
    with recursive made (source, oid) as (
      select t.typbasetype, t.oid from pg_catalog.pg_type as t where t.typtype = 'd'
      union all select t.typelem, t.oid from pg_catalog.pg_type as t where t.typcategory = 'A'
      union all select r.rngsubtype, r.rngtypid from pg_catalog.pg_range as r
      union all select a.atttypid, c.reltype from pg_catalog.pg_class as c
        join pg_catalog.pg_attribute as a on a.attrelid = c.oid
        where c.relkind = 'c' and not a.attisdropped
    ), numbered (oid) as (
      select oid from pg_catalog.pg_type
      where typnamespace = 'pg_catalog'::regnamespace
        and typname in ('regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator',
          'regproc', 'regprocedure', 'aclitem')
        -- A row of the system's has its type's number in it.
        or typtype = 'c' and (oid < 16384 or typnamespace = 'information_schema'::regnamespace)
      union
      select made.oid from numbered join made on made.source = numbered.oid
    )
    select coalesce(json_agg(format('%I.%I.%I (%s)', n.nspname, c.relname, a.attname, format_type(a.atttypid, null))
      order by n.nspname, c.relname, a.attnum), '[]')
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
  -- Expressions that a restore computes, and what each calls that an ordinary role's code may be or run.
  'computed', (select coalesce(json_agg(said order by said), '[]') from (
    select distinct object || ' calls ' || name as said from called limit 100) as c),
  -- Those that it would compute as the superuser, or that nobody else may.
  'unguarded', (
    select coalesce(json_agg(said order by said), '[]') from (
      -- A constraint whose function needs the table or the domain that it is of comes after the rows.
      select object || ' with ' || name from called as c
      where exists (
        with recursive needed (classid, objid) as (
          select 'pg_catalog.pg_proc'::regclass::oid, c.function
          union
          select next.classid, next.objid from needed as n, lateral (
            select d.refclassid, d.refobjid from pg_catalog.pg_depend as d
            where d.classid = n.classid and d.objid = n.objid and d.deptype in ('n', 'a', 'i')
            union all
            select d.classid, d.objid from pg_catalog.pg_depend as d
            where d.refclassid = n.classid and d.refobjid = n.objid and d.deptype in ('a', 'i')
              and d.classid in ('pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass,
                'pg_catalog.pg_rewrite'::regclass)
          ) as next (classid, objid)
        )
        select from needed as n where n.classid = c.classid and n.objid = c.objid)
      union
      -- Whoever puts the rows in may not call it, and shall not.
      select object || ' with ' || name || ', which is SECURITY DEFINER and not for PUBLIC' from called as c
      join pg_catalog.pg_proc as p on p.oid = c.function
      where p.prosecdef and c.kind <> 'i' and not pg_catalog.has_function_privilege('public', p.oid, 'execute')
      union
      -- A foreign key compares its columns by the casts of their types.
      select format('foreign key %I on %s with the cast by %s of %s', k.conname, k.conrelid::regclass,
        p.oid::regprocedure, r.rolname)
      from pg_catalog.pg_cast as c
      join pg_catalog.pg_proc as p on p.oid = c.castfunc
      join pg_catalog.pg_roles as r on r.oid = p.proowner
      join pg_catalog.pg_constraint as k on k.contype = 'f'
      where not r.rolsuper and exists (
        with recursive used (oid) as (
          select a.atttypid from pg_catalog.pg_attribute as a
          where a.attrelid = k.conrelid and a.attnum = any (k.conkey)
            or a.attrelid = k.confrelid and a.attnum = any (k.confkey)
          union
          select made.oid from used, pg_catalog.pg_type as t, unnest(array[t.typbasetype, t.typelem]) as made (oid)
          where t.oid = used.oid and made.oid <> 0
        )
        select from used where used.oid in (c.castsource, c.casttarget))
      limit 100) as it (said))
)

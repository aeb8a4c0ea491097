-- What indexes, constraints and generated columns call that finds names by a search path alone, which no restore has: the
-- text of each such function, and of the names outside of pg_catalog those that stand in it, as one JSON object.
-- Works on servers from 10 on.
with recursive
routine as (
  select p.oid, n.nspname, p.proname, l.lanname, left(p.prosrc, 20000) as body, p.proargtypes::oid[] as types,
    format('%I.%I(%s)', n.nspname, p.proname, (
      select coalesce(string_agg(pg_catalog.format_type(u.type, null), ', ' order by u.at), '')
      from unnest(p.proargtypes::oid[]) with ordinality as u (type, at))) as signature
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  join pg_catalog.pg_language as l on l.oid = p.prolang
  where p.oid >= 16384 and l.lanname in ('sql', 'plpgsql') and n.nspname <> 'pg_catalog'
    and not exists (select from unnest(p.proconfig) as c where c like 'search\_path=%')
    -- Its names were resolved as it was made.
    and to_jsonb(p) ->> 'prosqlbody' is null
    and not exists (
      select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
),
-- By either way an index is made, or its table analyzed; what else there is only a restore computes.
root as (
  select distinct pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) as object,
    case when i.indexrelid is not null or d.classid = 'pg_catalog.pg_statistic_ext'::regclass then 'index' else 'row' end as kind,
    r.oid as function
  from pg_catalog.pg_depend as d
  left join pg_catalog.pg_operator as o on d.refclassid = 'pg_catalog.pg_operator'::regclass and o.oid = d.refobjid
  join routine as r on r.oid = case d.refclassid
    when 'pg_catalog.pg_proc'::regclass then d.refobjid else o.oprcode end
  left join pg_catalog.pg_index as i on d.classid = 'pg_catalog.pg_class'::regclass and i.indexrelid = d.objid
  where d.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass) and (
    i.indexrelid is not null or d.classid = 'pg_catalog.pg_statistic_ext'::regclass
    or d.classid = 'pg_catalog.pg_class'::regclass and exists (
      select from pg_catalog.pg_partitioned_table as t where t.partrelid = d.objid)
    or d.classid = 'pg_catalog.pg_constraint'::regclass and exists (
      select from pg_catalog.pg_constraint as c where c.oid = d.objid and c.contype = 'c' and c.convalidated)
    or d.classid = 'pg_catalog.pg_attrdef'::regclass and exists (
      select from pg_catalog.pg_attrdef as f
      join pg_catalog.pg_attribute as a on a.attrelid = f.adrelid and a.attnum = f.adnum
      where f.oid = d.objid and to_jsonb(a) ->> 'attgenerated' <> ''))
),
reached (oid) as (
  select function from root
  union
  select q.oid from reached
  join routine as r on r.oid = reached.oid
  cross join regexp_split_to_table(lower(r.body), '\W+') as word
  join routine as q on lower(q.proname) = word
),
text as (
  select * from routine where oid in (select oid from reached) order by oid limit 200
),
word as (
  select distinct text.oid, word from text cross join regexp_split_to_table(lower(text.body), '\W+') as word
),
-- What pg_catalog has, too, is found there.
name (kind, name, namespace) as (
  select 'relation', c.relname, c.relnamespace from pg_catalog.pg_class as c
  where c.relkind in ('r', 'v', 'm', 'f', 'p', 'S') and not exists (
    select from pg_catalog.pg_class as s where s.relname = c.relname and s.relnamespace = 'pg_catalog'::regnamespace)
  union
  select 'function', p.proname, p.pronamespace from pg_catalog.pg_proc as p
  where not exists (
    select from pg_catalog.pg_proc as s where s.proname = p.proname and s.pronamespace = 'pg_catalog'::regnamespace)
  union
  select 'type', t.typname, t.typnamespace from pg_catalog.pg_type as t
  where t.typcategory <> 'A' and not exists (
    select from pg_catalog.pg_type as s where s.typname = t.typname and s.typnamespace = 'pg_catalog'::regnamespace)
  union
  select 'search', c.cfgname, c.cfgnamespace from pg_catalog.pg_ts_config as c
  union
  select 'search', d.dictname, d.dictnamespace from pg_catalog.pg_ts_dict as d
),
found as (
  select text.oid, n.kind, n.name::text as name, n.namespace from text
  join word on word.oid = text.oid
  join name as n on lower(n.name) = word.word
  union
  select text.oid, n.kind, n.name, n.namespace from text
  join name as n on n.name !~ '^\w+$' and strpos(text.body, n.name) > 0
  union
  -- An operator of pg_catalog's name may be another one, for what pg_catalog has none for.
  select text.oid, 'operator', o.oprname, o.oprnamespace from text
  join pg_catalog.pg_operator as o on strpos(text.body, o.oprname) > 0
  where not exists (
      select from pg_catalog.pg_operator as s where s.oprname = o.oprname and s.oprnamespace = 'pg_catalog'::regnamespace)
    or (o.oprleft = any (text.types) or o.oprright = any (text.types)) and not exists (
      select from pg_catalog.pg_operator as s where s.oprname = o.oprname and s.oprnamespace = 'pg_catalog'::regnamespace
        and s.oprleft = o.oprleft and s.oprright = o.oprright)
)
select json_build_object('pathless', json_build_object(
  'roots', (select coalesce(json_agg(json_build_array(object, kind, function::text) order by kind, object), '[]') from (
    select * from root order by kind, object limit 200) as r),
  'routines', (
    select coalesce(json_agg(json_build_object('id', text.oid::text, 'schema', text.nspname, 'name', text.proname,
      'signature', text.signature, 'language', text.lanname, 'body', text.body, 'names', (
        select coalesce(json_agg(json_build_array(f.kind, f.name, quote_ident(s.nspname)) order by f.kind, f.name, s.nspname), '[]')
        from found as f join pg_catalog.pg_namespace as s on s.oid = f.namespace
        where f.oid = text.oid and s.nspname !~ '^pg_' and s.nspname <> 'information_schema')) order by text.oid), '[]')
    from text)))

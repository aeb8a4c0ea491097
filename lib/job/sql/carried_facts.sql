-- What else a plan needs to know of one database: what no way carries, or one of them does not, as one JSON object.
-- Works on servers from 10 on.
with recursive
member as (
  select e.oid as extension, e.extname, d.classid, d.objid, d.xmin::text as made,
    (select min(n.xmin::text) from pg_catalog.pg_depend as n
     where n.classid = 'pg_catalog.pg_extension'::regclass and n.objid = e.oid
       and n.refclassid = 'pg_catalog.pg_namespace'::regclass) as begun
  from pg_catalog.pg_extension as e
  join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::regclass and d.refobjid = e.oid
    and d.deptype = 'e'
  where d.objid >= 16384
),
-- The scripts of the extensions that are here. PostGIS has 90 names for one script of 8 MB: each file is read once.
file as (
  select e.oid as extension, min(s.directory || f.name) as path,
    bool_or(f.name = e.extname || '--' || e.extversion || '.sql') as own,
    bool_or(f.name like '%--' || e.extversion || '.sql') as leads
  from pg_catalog.pg_extension as e
  cross join (select setting || '/extension/' as directory from pg_catalog.pg_config where name = 'SHAREDIR') as s
  cross join lateral pg_catalog.pg_ls_dir(s.directory, true, false) as f (name)
  cross join lateral pg_catalog.pg_stat_file(s.directory || f.name, true) as t
  where e.oid in (select extension from member) and t.size is not null
    and left(f.name, length(e.extname) + 2) = e.extname || '--' and f.name like '%.sql'
  group by e.oid, t.size, t.modification
),
-- What made the version in use comes first, since it names nearly all, and the others are read only for what it does not
-- name. Rows that a script puts into a table name nothing: those of PostGIS have 7 MB, and 1500 names are looked for.
script as (
  select f.extension, (
    select string_agg(line, E'\n')
    from unnest(string_to_array(lower(encode(pg_catalog.pg_read_binary_file(f.path), 'escape')), E'\n')) as line
    where line !~ '^\(\d+, ''') as text
  from (
    select extension, path from file where own
    union all
    -- Another version's scripts may not name all that this one has.
    select extension, path from file where not own and extension in (select extension from file where leads)
  ) as f
),
-- Tables and views are told by database_facts.sql. What is made along with something else has no name in a script.
named as (
  select m.extension, m.extname, m.classid, m.objid, p.oid is not null as called,
    encode(pg_catalog.convert_to(lower(coalesce(p.proname, o.oprname, c.relname, t.typname, i.name)), 'UTF8'), 'escape') as name
  from member as m
  cross join lateral pg_catalog.pg_identify_object(m.classid, m.objid, 0) as i
  left join pg_catalog.pg_proc as p on m.classid = 'pg_catalog.pg_proc'::regclass and p.oid = m.objid
  left join pg_catalog.pg_operator as o on m.classid = 'pg_catalog.pg_operator'::regclass and o.oid = m.objid
  left join pg_catalog.pg_class as c on m.classid = 'pg_catalog.pg_class'::regclass and c.oid = m.objid
  left join pg_catalog.pg_type as t on m.classid = 'pg_catalog.pg_type'::regclass and t.oid = m.objid
  where (c.oid is null or c.relkind in ('S', 'c'))
    and (t.oid is null or t.typrelid = 0 and t.typtype <> 'm' and t.typcategory <> 'A')
    and not exists (select from pg_catalog.pg_language as l where p.oid in (l.lanplcallfoid, l.laninline, l.lanvalidator))
    and not exists (
      select from pg_catalog.pg_depend as d
      where d.classid = m.classid and d.objid = m.objid and d.deptype in ('a', 'i'))
),
-- What a table of an extension has; made is the transaction that did so.
part (extension, extname, begun, table_made, classid, objid, name, made, unnamed) as (
  select m.extension, m.extname, m.begun, m.made, p.classid, p.objid, p.name, p.made, p.unnamed
  from member as m
  join pg_catalog.pg_class as t on m.classid = 'pg_catalog.pg_class'::regclass and t.oid = m.objid and t.relkind in ('r', 'p', 'f')
  cross join lateral (
    select 'pg_catalog.pg_constraint'::regclass, k.oid, k.conname, k.xmin::text,
      k.conname ~ '_(pkey|key|fkey|check|excl)[0-9]*$'
    from pg_catalog.pg_constraint as k where k.conrelid = t.oid and k.contype in ('c', 'f', 'p', 'u', 'x')
    union all
    select 'pg_catalog.pg_class'::regclass, c.oid, c.relname,
      (select min(d.xmin::text) from pg_catalog.pg_depend as d
       where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid), c.relname ~ '_idx[0-9]*$'
    from pg_catalog.pg_index as i join pg_catalog.pg_class as c on c.oid = i.indexrelid
    where i.indrelid = t.oid and not exists (
      select from pg_catalog.pg_constraint as k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
    union all
    select 'pg_catalog.pg_rewrite'::regclass, r.oid, r.rulename, r.xmin::text, false
    from pg_catalog.pg_rewrite as r where r.ev_class = t.oid
    union all
    select 'pg_catalog.pg_trigger'::regclass, g.oid, g.tgname, g.xmin::text, false
    from pg_catalog.pg_trigger as g where g.tgrelid = t.oid and not g.tgisinternal
    union all
    select 'pg_catalog.pg_policy'::regclass, p.oid, p.polname, p.xmin::text, false
    from pg_catalog.pg_policy as p where p.polrelid = t.oid
    union all
    select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.stxname, s.xmin::text, false
    from pg_catalog.pg_statistic_ext as s where s.stxrelid = t.oid
    union all
    select 'pg_catalog.pg_class'::regclass, t.oid, 'row level security', '', false where t.relrowsecurity
  ) as p (classid, objid, name, made, unnamed)
),
-- Expressions that are simplified as their table is made, or by whoever plans a query of it, such as one that counts its
-- rows or tries a foreign key: calls of what says that it is immutable, with constants alone. A constraint is, as its table
-- is attached as a partition, or as a column that it inherits is made NOT NULL.
expression (classid, objid, tree) as (
  -- Only the columns that have a default are written as JSON, which takes time.
  select 'pg_catalog.pg_attrdef'::regclass::oid, f.oid, f.adbin::text
  from (
    select d.oid, d.adbin, a as attribute from pg_catalog.pg_attrdef as d
    join pg_catalog.pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum offset 0) as f
  where to_jsonb(f.attribute) ->> 'attgenerated' <> ''
  union all
  select 'pg_catalog.pg_class'::regclass, p.partrelid, p.partexprs::text
  from pg_catalog.pg_partitioned_table as p where p.partexprs is not null
  union all
  select 'pg_catalog.pg_constraint'::regclass, c.oid, c.conbin::text
  from pg_catalog.pg_constraint as c join pg_catalog.pg_class as r on r.oid = c.conrelid
  where c.contype = 'c' and exists (select from pg_catalog.pg_inherits as h where h.inhrelid = r.oid)
  union all
  select 'pg_catalog.pg_class'::regclass, i.indexrelid, concat(i.indexprs, i.indpred)
  from pg_catalog.pg_index as i
  where i.indexrelid >= 16384 and (i.indexprs is not null or i.indpred is not null)
  union all
  select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, to_jsonb(s) ->> 'stxexprs'
  from pg_catalog.pg_statistic_ext as s where to_jsonb(s) ->> 'stxexprs' is not null
),
-- What ordinary roles have that may be simplified.
loose as (
  select p.oid, p.proname, p.prolang, p.prosrc, r.rolname
  from pg_catalog.pg_proc as p join pg_catalog.pg_roles as r on r.oid = p.proowner
  where not r.rolsuper and p.provolatile = 'i'
),
called as (
  select distinct e.classid, e.objid, p.oid as function
  from expression as e
  cross join pg_catalog.regexp_matches(e.tree, ':(funcid|opfuncid|elemfuncid|opno) (\d+)', 'g') as m
  left join pg_catalog.pg_operator as o on m[1] = 'opno' and o.oid = m[2]::oid
  join loose as p on p.oid = case m[1] when 'opno' then o.oprcode else m[2]::oid end
),
-- The body of one in SQL takes the place of its call, and what that calls is simplified, too: where it may be another
-- role's function, by its name, its operator or a cast.
opened as (
  select p.oid as function from loose as p
  where p.prolang = 14 and (p.prosrc ~* 'u&'
    or exists (
      select from loose as q where q.oid <> p.oid
        and case when q.proname ~ '^\w+$' then lower(p.prosrc) ~ ('\m' || lower(q.proname) || '\M')
          else q.proname like '%"%' or strpos(lower(p.prosrc), lower(q.proname)) > 0 end)
    or exists (
      select from loose as q join pg_catalog.pg_operator as o on o.oprcode = q.oid
      where strpos(p.prosrc, o.oprname) > 0)
    or exists (select from loose as q join pg_catalog.pg_cast as c on c.castfunc = q.oid)
    or exists (
      select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
        and (d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid in (select oid from loose)
          or d.refclassid = 'pg_catalog.pg_operator'::regclass and d.refobjid in (
            select o.oid from loose as q join pg_catalog.pg_operator as o on o.oprcode = q.oid))))
),
-- From the leaves up: what surely keeps a column becomes <v>, a constant that is not null <k>, and all else <c>, since a
-- condition, or a null, may leave nothing of a column. The innermost nodes of a turn stand between two odd characters.
reduced (classid, objid, depth, tree) as (
  select classid, objid, 0, tree from expression where (classid, objid) in (select classid, objid from called)
  union all
  select classid, objid, depth + 1,
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
      regexp_replace(tree, '\{([^{}]*)\}', chr(1) || '\1' || chr(2), 'g'),
      '\u0001VAR [^\u0001\u0002]*\u0002', '<v>', 'g'),
      '\u0001CONST [^\u0001\u0002]*:constisnull false [^\u0001\u0002]*\u0002', '<k>', 'g'),
      '\u0001RELABELTYPE [^\u0001\u0002<]*<k>[^\u0001\u0002<]*\u0002', '<k>', 'g'),
      '\u0001(RELABELTYPE|COERCEVIAIO|FUNCEXPR|OPEXPR|ARRAY|ARRAYEXPR) ([^\u0001\u0002<]|<[vk]>)*<v>([^\u0001\u0002<]|<[vk]>)*\u0002', '<v>', 'g'),
      '\u0001(COALESCE|COALESCEEXPR) [^\u0001\u0002<]*<v>([^\u0001\u0002<]|<[vk]>)*\u0002', '<v>', 'g'),
      '\u0001[^\u0001\u0002]*\u0002', '<c>', 'g')
  from reduced where tree like '%{%' and depth < 100
),
constant as (
  select distinct r.classid, r.objid, p.oid as function
  from reduced as r
  cross join pg_catalog.regexp_matches(r.tree, '\{[^{}]*\}', 'g') as node
  cross join pg_catalog.regexp_matches(node[1], ':(funcid|opfuncid|elemfuncid|opno) (\d+)', 'g') as m
  left join pg_catalog.pg_operator as o on m[1] = 'opno' and o.oid = m[2]::oid
  join loose as p on p.oid = case m[1] when 'opno' then o.oprcode else m[2]::oid end
  where node[1] not like '%<v>%'
),
-- What could not be read so: names with braces, and more depth than a person writes.
unread as (
  select classid, objid from expression where tree ~ '\\[{}]'
  union
  select classid, objid from reduced where depth = 100 and tree like '%{%'
),
-- The system's own objects, and since when they are as initdb made them.
made as (
  select xmin::text::bigint as at from pg_catalog.pg_database where datname = 'template0'
)
select json_build_object(
  'name', current_database(),
  -- Added to an extension, or to a table of it: a dump has neither, and no script of the extension names it.
  'added', (
    select coalesce(json_agg(said order by said), '[]') from (
      select format('%s (of the extension %I)', pg_catalog.pg_describe_object(n.classid, n.objid, 0), n.extname) as said
      from named as n
      where n.name is not null and n.extension in (select extension from file where leads) and not exists (
        select from script as s where s.extension = n.extension and case when n.called
          then strpos(s.text, n.name || '(') > 0 or strpos(s.text, n.name || ' (') > 0 or strpos(s.text, n.name || '"') > 0
          when n.name ~ '^\w+$' then s.text ~ ('\m' || n.name || '\M')
          else strpos(s.text, n.name) > 0 end)
      union all
      select format('%s%s (of the extension %I)', case when p.made = '' then 'row security of ' else '' end,
        pg_catalog.pg_describe_object(p.classid, p.objid, 0), p.extname)
      from part as p
      where p.made <> p.table_made and not (p.unnamed and p.table_made <> p.begun)
        and p.extension in (select extension from file where leads) and not exists (
          select from script as s where s.extension = p.extension
            and strpos(s.text, encode(pg_catalog.convert_to(lower(p.name), 'UTF8'), 'escape')) > 0)
      limit 100) as found),
  -- What an ordinary role's code would do as the superuser while the schema is made, by either way.
  'folded', (
    select coalesce(json_agg(said order by said), '[]') from (
      select format('%s with %s of %s', pg_catalog.pg_describe_object(c.classid, c.objid, 0), p.oid::regprocedure, p.rolname) as said
      from called as c join loose as p on p.oid = c.function
      where p.oid in (select function from opened)
        or (c.classid, c.objid) in (select classid, objid from unread)
        or (c.classid, c.objid, c.function) in (select classid, objid, function from constant)
      limit 100) as found),
  -- What the server writes down in words that none reads.
  'unreadable', (
    select coalesce(json_agg(said order by said), '[]') from (
      select distinct pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, i.indexrelid, 0) as said
      from pg_catalog.pg_index as i
      cross join generate_series(1, i.indnatts) as k
      where i.indexprs is not null and pg_catalog.pg_get_indexdef(i.indexrelid, k, false) like '% IS DOCUMENT'
      union all
      select pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, p.partrelid, 0)
      from pg_catalog.pg_partitioned_table as p
      where p.partexprs is not null and pg_catalog.pg_get_partkeydef(p.partrelid) ~ ' IS DOCUMENT(,|\)$)'
      union all
      select pg_catalog.pg_describe_object('pg_catalog.pg_statistic_ext'::regclass, s.oid, 0)
      from pg_catalog.pg_statistic_ext as s
      where pg_catalog.pg_get_statisticsobjdef(s.oid) ~ ' IS DOCUMENT(,| FROM )'
    ) as found),
  -- Text search of the system's own that is no longer as initdb makes it.
  'altered', (
    select coalesce(json_agg(said order by said), '[]') from (
      select 'text search configuration ' || c.cfgname as said
      from pg_catalog.pg_ts_config as c
      where c.oid < 16384 and (
        (select count(*) from pg_catalog.pg_ts_config_map as m where m.mapcfg = c.oid) <> 19
        or exists (
          select from pg_catalog.pg_ts_config_map as m join pg_catalog.pg_ts_dict as d on d.oid = m.mapdict
          where m.mapcfg = c.oid and (d.oid >= 16384 or m.mapseqno <> 1 or d.dictname <> case
              when c.cfgname = 'simple' or m.maptokentype not in (1, 2, 10, 11, 16, 17) then 'simple'
              when c.cfgname in ('hindi', 'russian') and m.maptokentype in (1, 11, 16) then 'english_stem'
              else c.cfgname || '_stem' end)))
      union all
      select 'text search dictionary ' || d.dictname
      from pg_catalog.pg_ts_dict as d
      where d.oid < 16384 and d.dictinitoption is distinct from case when d.dictname <> 'simple' then
        format('language = %L', left(d.dictname, -5)) || case when left(d.dictname, -5) in ('danish', 'dutch', 'english',
          'finnish', 'french', 'german', 'hungarian', 'italian', 'nepali', 'norwegian', 'portuguese', 'russian', 'spanish',
          'swedish', 'turkish') then format(', stopwords = %L', left(d.dictname, -5)) else '' end end
    ) as found),
  -- Rows of the system's own that somebody wrote since, and not for the sake of privileges, which come along.
  'touched', (
    select coalesce(json_agg(said order by said), '[]') from (
      select pg_catalog.pg_describe_object('pg_catalog.pg_proc'::regclass, p.oid, 0) as said
      from pg_catalog.pg_proc as p
      where p.oid < 16384 and p.xmin::text::bigint >= (select at from made) and p.proacl is not distinct from (
        select i.initprivs from pg_catalog.pg_init_privs as i
        where i.classoid = 'pg_catalog.pg_proc'::regclass and i.objoid = p.oid)
      union all
      select 'the comment on ' || pg_catalog.pg_describe_object(d.classoid, d.objoid, d.objsubid)
      from pg_catalog.pg_description as d
      where d.objoid < 16384 and d.xmin::text::bigint >= (select at from made)
        and d.classoid not in ('pg_catalog.pg_namespace'::regclass, 'pg_catalog.pg_extension'::regclass,
          'pg_catalog.pg_language'::regclass)
      limit 100) as found),
  -- Columns with an option that only some servers know: see stamps.sh.
  'stamped', exists (
    select from pg_catalog.pg_attribute as a where a.attoptions is not null and exists (
      select from unnest(a.attoptions) as o where o like 'pg\_attver=%')),
  -- As `lapsed` of database_facts.sql, but of an extension: its image makes others, and pg_upgrade keeps these.
  'lapsedMembers', (
    select coalesce(json_agg(said order by said), '[]') from (
      select format('%s (of the extension %I)', pg_catalog.pg_describe_object(m.classid, m.objid, 0), m.extname) as said
      from member as m
      where current_setting('server_version_num')::int < 140000 and (
        m.classid = 'pg_catalog.pg_operator'::regclass and exists (
          select from pg_catalog.pg_operator as o where o.oid = m.objid and o.oprright = 0)
        or exists (
          select from pg_catalog.pg_aggregate as a
          join pg_catalog.pg_proc as f on f.oid in (a.aggtransfn, a.aggfinalfn)
          where m.classid = 'pg_catalog.pg_proc'::regclass and a.aggfnoid::oid = m.objid
            and f.pronamespace = 'pg_catalog'::regnamespace
            and f.proname in ('array_append', 'array_cat', 'array_position', 'array_positions', 'array_prepend',
              'array_remove', 'array_replace', 'width_bucket')
            and a.aggtranstype in ('anyarray'::regtype, 'anyelement'::regtype)))
    ) as found)
)

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
)
select json_build_object(
  'name', current_database(),
  'collate', (select case when coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c' then datcollate else 'C' end
              from pg_catalog.pg_database as d where datname = current_database()),
  'extensions', (select coalesce(json_agg(extname order by extname), '[]') from pg_catalog.pg_extension),
  'invalidIndexes', (
    select coalesce(json_agg(indexrelid::regclass::text), '[]')
    from pg_catalog.pg_index where not indisvalid and indexrelid::regclass::text !~ '_ccold'),
  'subscriptions', (
    select coalesce(json_agg(subname order by subname), '[]') from pg_catalog.pg_subscription as s
    join pg_catalog.pg_database as d on d.oid = s.subdbid
    where d.datname = current_database() and s.subenabled),
  'removedTypes', (
    select coalesce(json_agg(name || ' (' || type || ')'), '[]') from columns
    where type in ('abstime', 'reltime', 'tinterval')),
  'numberedTypes', (
    select coalesce(json_agg(name || ' (' || type || ')'), '[]') from columns
    where type in ('regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator',
      'regproc', 'regprocedure', 'aclitem'))
)

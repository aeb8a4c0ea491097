-- What a dump of the schema does not say, or not in one place, one line of JSON each.
-- Variable: verify.
SELECT json_build_array('extension', extname) FROM pg_extension ORDER BY extname;

-- An extension's version may rise; large objects and the database's own facts may not change.
SELECT json_build_array('database', f.key, f.value)
FROM pg_database AS d, LATERAL (VALUES
  ('encoding', pg_encoding_to_char(d.encoding)::text),
  ('collate', d.datcollate::text),
  ('ctype', d.datctype::text),
  -- These columns are not in every version, hence the way by JSON. 15 and 16 call the locale daticulocale.
  ('provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')),
  ('locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')),
  ('owner', pg_get_userbyid(d.datdba)::text),
  ('connection limit', d.datconnlimit::text),
  ('template', d.datistemplate::text),
  ('privileges', (SELECT string_agg(x::text, ' ' ORDER BY x::text)
    FROM unnest(coalesce(d.datacl, acldefault('d', d.datdba))) AS x))
) AS f (key, value)
WHERE d.datname = current_database();

SELECT json_build_array('setting', coalesce(r.rolname, ''), c)
FROM pg_db_role_setting AS s
JOIN pg_database AS d ON d.oid = s.setdatabase
LEFT JOIN pg_roles AS r ON r.oid = s.setrole, unnest(s.setconfig) AS c
WHERE d.datname = current_database()
ORDER BY 1::text;

-- A subscription that has forgotten where it stood would skip changes, or copy rows twice.
SELECT json_build_array('subscription', s.subname, CASE WHEN s.subenabled THEN 'enabled' ELSE 'disabled' END,
  coalesce(o.remote_lsn, '0/0'), (
    SELECT string_agg(format('%I.%I %s', n.nspname, c.relname, r.srsubstate), ', ' ORDER BY n.nspname, c.relname)
    FROM pg_subscription_rel AS r JOIN pg_class AS c ON c.oid = r.srrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE r.srsubid = s.oid))
FROM pg_subscription AS s
JOIN pg_database AS d ON d.oid = s.subdbid AND d.datname = current_database()
LEFT JOIN pg_replication_origin AS p ON p.roname = 'pg_' || s.oid
LEFT JOIN pg_replication_origin_status AS o ON o.local_id = p.roident;

SELECT json_build_array('large objects', count(*),
  coalesce(sum(('x' || left(md5(l.oid::text || pg_get_userbyid(l.lomowner) || coalesce(
    (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(l.lomacl) AS x), '')), 16))::bit(64)::bigint::numeric), 0)::text)
FROM pg_largeobject_metadata AS l;

-- A hole in a large object comes back as zeros, so zeros at a page's end do not count, but its size does.
SELECT :'verify' = 'checksums' AS checksums \gset
\if :checksums
SELECT json_build_array('large object content', coalesce(sum(size), 0)::text, coalesce(sum(content), 0)::text)
FROM (
  SELECT max(pageno * 2048::bigint + length(data)) AS size,
    sum(CASE WHEN digits = '' THEN 0
      ELSE ('x' || left(md5(loid || ' ' || pageno || ' ' || digits), 16))::bit(64)::bigint::numeric END) AS content
  FROM (
    SELECT loid, pageno, data, rtrim(encode(data, 'hex'), '0') AS digits FROM pg_largeobject
  ) AS page
  GROUP BY loid
) AS object;
\endif

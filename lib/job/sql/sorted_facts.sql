-- Behind sorted.sql: what depends on which collation, one line of JSON. Names of one's own schema stand with it.
SELECT json_build_object(
  'database', current_database(),
  'collations', (
    SELECT coalesce(json_agg(json_build_object('number', c.oid::bigint, 'own', c.own, 'name', c.name, 'provider', c.provider,
      'locale', coalesce(c.locale, ''), 'noted', c.noted, 'actual', c.actual)), '[]')
    FROM collations AS c
    WHERE c.provider = 'i' OR c.provider = 'c' AND c.locale !~* '^(C|POSIX)([.]|$)'),
  'uses', (
    SELECT coalesce(json_agg(json_build_array(s.kind, s.coll::bigint,
      coalesce(t.conname || ' of ' || t.conrelid::regclass::text, s.oid::regclass::text),
      CASE s.kind WHEN 'index' THEN pg_relation_size(s.oid) ELSE 0 END,
      coalesce(i.indisunique OR i.indisexclusion, false)) ORDER BY s.kind, s.oid), '[]')
    FROM sorted AS s
    LEFT JOIN pg_constraint AS t ON s.kind = 'check' AND t.oid = s.oid
    LEFT JOIN pg_index AS i ON s.kind = 'index' AND i.indexrelid = s.oid));

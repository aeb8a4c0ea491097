, affected AS (
  SELECT s.kind, s.oid
  FROM sorted AS s JOIN collations AS c ON c.oid = s.coll
  WHERE c.noted IS DISTINCT FROM c.actual OR CASE c.provider
    WHEN 'c' THEN :'libc'::boolean
    ELSE coalesce(
      (SELECT bool_or((j ->> 'changed')::boolean) FROM json_array_elements(:'icu'::json) AS j WHERE j ->> 'locale' = c.locale),
      :'unknown'::boolean)
    END
  GROUP BY s.kind, s.oid
)

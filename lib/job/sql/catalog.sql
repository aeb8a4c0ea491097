-- What no dump of a schema says of a database, from its catalogs, one line of JSON each:
-- [kind, extension, name, what of it, value…].
-- Works on servers from 10 on: a column that came later is read by way of JSON.
--
-- Schemas, since one that every new database has may have been dropped.
SELECT json_build_array('schema', '', n.nspname, '', pg_get_userbyid(n.nspowner),
  (SELECT string_agg(x::text, ' ' ORDER BY x::text COLLATE "C")
   FROM unnest(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS x),
  obj_description(n.oid, 'pg_namespace'))
FROM pg_namespace AS n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend AS d
    WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e');

SELECT json_build_array('large object comments', '', '', '', count(*),
  coalesce(sum(('x' || left(md5(c.objoid || ' ' || c.description), 16))::bit(64)::bigint::numeric), 0)::text)
FROM pg_description AS c WHERE c.classoid = 'pg_largeobject'::regclass;

-- An extension creates what belongs to it, at the version of the new image; what was changed there since is in no dump.
SELECT json_build_array('version', e.extname, '', '', e.extversion, n.nspname)
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace;

-- Of types for arrays only servers before 17 leave out that they belong to it.
SELECT json_build_array('member', e.extname, replace(o.identity, 'pg_catalog.', ''), o.type)
FROM pg_depend AS d
JOIN pg_extension AS e ON e.oid = d.refobjid,
LATERAL pg_identify_object(d.classid, d.objid, 0) AS o
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  AND NOT (d.classid = 'pg_type'::regclass AND o.identity LIKE '%[]');

-- Of the tables among them all that can be changed by hand.
WITH member AS (
  SELECT c.oid, e.extname, format('%I.%I', n.nspname, c.relname) AS name, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
    c.relreplident, c.relpersistence, c.reloptions
  FROM pg_depend AS d
  JOIN pg_extension AS e ON e.oid = d.refobjid
  JOIN pg_class AS c ON c.oid = d.objid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
    AND c.relkind IN ('r', 'p', 'f')
)
SELECT json_build_array('table', extname, name, '', relreplident, relpersistence, array_to_string(reloptions, ', '),
  obj_description(oid, 'pg_class'))
FROM member
UNION ALL
SELECT json_build_array('row security', extname, name, '', relrowsecurity, relforcerowsecurity)
FROM member WHERE relrowsecurity OR relforcerowsecurity
UNION ALL
SELECT json_build_array('column', m.extname, m.name, a.attname, format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attnotnull THEN 'not null' END,
  pg_get_expr(f.adbin, f.adrelid),
  nullif(a.attstattarget, -1), a.attstorage, nullif(to_jsonb(a) ->> 'attcompression', ''),
  (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) AS o WHERE o NOT LIKE 'pg\_attver=%'),
  col_description(m.oid, a.attnum))
FROM member AS m
JOIN pg_attribute AS a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef AS f ON f.adrelid = m.oid AND f.adnum = a.attnum
UNION ALL
SELECT json_build_array('trigger', m.extname, m.name, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled,
  obj_description(t.oid, 'pg_trigger'))
FROM member AS m JOIN pg_trigger AS t ON t.tgrelid = m.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT json_build_array('policy', m.extname, m.name, p.polname, p.polcmd,
  CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
  (SELECT string_agg(coalesce(r.rolname, 'public'), ', ' ORDER BY r.rolname)
   FROM unnest(p.polroles) AS u (oid) LEFT JOIN pg_roles AS r ON r.oid = u.oid),
  'USING ' || pg_get_expr(p.polqual, m.oid), 'CHECK ' || pg_get_expr(p.polwithcheck, m.oid),
  obj_description(p.oid, 'pg_policy'))
FROM member AS m JOIN pg_policy AS p ON p.polrelid = m.oid
UNION ALL
SELECT json_build_array('index', m.extname, m.name, c.relname, pg_get_indexdef(i.indexrelid),
  CASE WHEN i.indisreplident THEN 'replica identity' END, CASE WHEN i.indisclustered THEN 'clustered' END,
  obj_description(c.oid, 'pg_class'))
FROM member AS m JOIN pg_index AS i ON i.indrelid = m.oid JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indisvalid
UNION ALL
SELECT json_build_array('constraint', m.extname, m.name, k.conname, pg_get_constraintdef(k.oid),
  obj_description(k.oid, 'pg_constraint'))
FROM member AS m JOIN pg_constraint AS k ON k.conrelid = m.oid
-- From 18 on NOT NULL is a constraint, too; its columns tell of it.
WHERE k.contype <> 'n'
UNION ALL
SELECT json_build_array('rule', m.extname, m.name, r.rulename, pg_get_ruledef(r.oid), r.ev_enabled)
FROM member AS m JOIN pg_rewrite AS r ON r.ev_class = m.oid;

-- Foreign keys that were switched off as triggers are, which no dump says.
SELECT json_build_array('switched off', '', t.tgrelid::regclass::text, k.conname, count(*))
FROM pg_trigger AS t JOIN pg_constraint AS k ON k.oid = t.tgconstraint
WHERE t.tgisinternal AND t.tgenabled <> 'O'
GROUP BY t.tgrelid, k.conname;

-- What stands where only the system's own objects do, or hangs on one of them: no dump has it.
WITH belongs AS (
  SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
),
place AS (
  SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast')
),
stray AS (
  SELECT 'pg_class'::regclass AS classid, c.oid FROM pg_class AS c
  WHERE relnamespace IN (SELECT oid FROM place) AND NOT (relkind = 't' OR relkind = 'i' AND relname ~ '^pg_toast_')
  UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type
    WHERE typnamespace IN (SELECT oid FROM place) AND typelem = 0 AND typrelid = 0
  UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprnamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE opcnamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE opfnamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion WHERE connamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE cfgnamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE dictnamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser WHERE prsnamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template WHERE tmplnamespace IN (SELECT oid FROM place)
  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxrelid < 16384
  UNION ALL SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE tgrelid < 16384 AND NOT tgisinternal
  UNION ALL SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE ev_class < 16384
  UNION ALL SELECT 'pg_policy'::regclass, oid FROM pg_policy WHERE polrelid < 16384
  UNION ALL SELECT 'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE adrelid < 16384
  UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint
    WHERE conrelid BETWEEN 1 AND 16383 OR contypid BETWEEN 1 AND 16383
  UNION ALL SELECT 'pg_amop'::regclass, oid FROM pg_amop WHERE amopfamily < 16384
  UNION ALL SELECT 'pg_amproc'::regclass, oid FROM pg_amproc WHERE amprocfamily < 16384
  UNION ALL SELECT 'pg_publication_rel'::regclass, oid FROM pg_publication_rel WHERE prrelid < 16384
)
SELECT json_build_array('object of the system', '', o.identity, o.type, CASE s.classid
    WHEN 'pg_proc'::regclass THEN (SELECT md5(concat_ws(' ', p.prosrc, p.probin, p.prosecdef, p.proowner::regrole))
      FROM pg_proc AS p WHERE p.oid = s.oid) END)
FROM stray AS s, LATERAL pg_identify_object(s.classid, s.oid, 0) AS o
WHERE s.oid >= 16384 AND NOT EXISTS (SELECT FROM belongs AS b WHERE b.classid = s.classid AND b.objid = s.oid)
  -- An extension's operator may stand in a family of the system's.
  AND NOT (s.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass) AND EXISTS (SELECT FROM pg_depend AS d JOIN belongs AS b ON b.classid = d.refclassid AND b.objid = d.refobjid
    WHERE d.classid = s.classid AND d.objid = s.oid));

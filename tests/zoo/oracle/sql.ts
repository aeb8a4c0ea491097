import {
  ALWAYS,
  COLUMN_NUMBERS,
  COLUMNS_LEFT_OUT,
  DEFAULT_ACLS,
  KEYS,
  LEFT_OUT,
  ref,
  RENAMED,
  TREES,
  WHERE,
} from "./catalogs.ts";

/** A column of a catalog, as a server describes itself. */
export interface Column {
  readonly catalog: string;
  readonly name: string;
  readonly type: string;
  /** One for the whole cluster. */
  readonly shared: boolean;
}

/** Which column names objects of which catalog, as version 18 tells. */
export interface Reference {
  readonly catalog: string;
  readonly column: string;
  readonly to: string;
  readonly list: boolean;
}

export const COLUMNS = `SELECT json_agg(json_build_array(c.relname, a.attname,
  format_type(a.atttypid, NULL), c.relisshared) ORDER BY c.relname, a.attnum)
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped;`;

export const REFERENCES = `SELECT json_agg(json_build_array(
  fktable::text, fkcols[1], pktable::text, is_array))
FROM pg_get_catalog_foreign_keys() WHERE cardinality(fkcols) = 1;`;

const ACLS = (expression: string) =>
  `(SELECT json_agg(x ORDER BY x COLLATE "C") FROM (SELECT format('%s=%s%s/%s', CASE WHEN a.grantee = 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type, CASE WHEN a.is_grantable THEN '*' END, pg_get_userbyid(a.grantor)) AS x FROM aclexplode(${expression}) AS a) AS e)`;

function expressionOf(
  { catalog, name, type }: Column,
  references: readonly Reference[],
): string | undefined {
  const place = `${catalog}.${name}`;
  if (place in COLUMNS_LEFT_OUT || name === "oid") return undefined;
  const tree = TREES[place];
  if (tree !== undefined) return tree;
  const of = COLUMN_NUMBERS[place];
  if (of !== undefined) {
    return `(SELECT json_agg(coalesce(a.attname::text, '-') ORDER BY u.o) FROM unnest(t.${name}::int2[]) WITH ORDINALITY AS u (n, o) LEFT JOIN pg_attribute AS a ON a.attrelid = t.${of} AND a.attnum = u.n)`;
  }
  if (type === "aclitem[]") {
    const [kind, owner] = DEFAULT_ACLS[place] ?? [];
    return ACLS(
      kind === undefined
        ? `t.${name}`
        : `coalesce(t.${name}, acldefault(${kind}, ${owner}))`,
    );
  }
  const reference = references.find((it) =>
    it.catalog === catalog && it.column === name
  );
  if (reference?.list) {
    return `(SELECT json_agg(${
      ref(reference.to, "u.o")
    } ORDER BY u.n) FROM unnest(t.${name}::oid[]) WITH ORDINALITY AS u (o, n))`;
  }
  if (reference !== undefined) {
    return reference.to === "pg_authid"
      ? `CASE WHEN t.${name} <> 0 THEN pg_get_userbyid(t.${name})::text END`
      : ref(reference.to, `t.${name}`);
  }
  // Part of the key, which names what they number.
  if (type === "oid") return undefined;
  if (/^(objsubid|refobjsubid|deptype)$/.test(name)) return undefined;
  return `t.${name}::text`;
}

/**
 * One SELECT a catalog, each row as [catalog, key, {column: value}].
 *
 * @param since the first transaction that was not initdb's; all rows without it
 */
export function catalogsSql(
  columns: readonly Column[],
  references: readonly Reference[],
  how: { shared: boolean; since?: string },
): string {
  const catalogs = [...new Set(columns.map(({ catalog }) => catalog))]
    .filter((catalog) => !(catalog in LEFT_OUT));
  const selects = catalogs.flatMap((catalog) => {
    const own = columns.filter((column) => column.catalog === catalog);
    if (own[0]?.shared && !how.shared) return [];
    const key = KEYS[catalog] ??
      (own.some(({ name }) => name === "oid")
        ? ref(catalog, "t.oid")
        : undefined);
    if (key === undefined) throw new Error(`${catalog} has no key here`);
    const values = own.flatMap((column) => {
      const expression = expressionOf(column, references);
      return expression === undefined
        ? []
        : `'${RENAMED[column.name] ?? column.name}', ${expression}`;
    });
    const where = [
      WHERE[catalog],
      how.since === undefined
        ? undefined
        : `(t.xmin::text::bigint >= ${how.since} OR ${
          ALWAYS[catalog] ?? "false"
        })`,
    ].filter((it) => it !== undefined);
    const only = where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`;
    const count = how.since === undefined
      ? []
      : `SELECT json_build_array('count', '${catalog}', count(*)) FROM ${catalog} AS t WHERE ${
        [...where.slice(0, -1), `t.xmin::text::bigint < ${how.since}`].join(
          " AND ",
        )
      };`;
    return [
      `SELECT json_build_array('${catalog}', ${key}, json_build_object(${
        values.join(", ")
      })) FROM ${catalog} AS t${only};`,
      ...(typeof count === "string" ? [count] : []),
    ];
  });
  return [...selects, RELATIONS].join("\n");
}

/** Numbers of relations, for names that are made of them. */
const RELATIONS =
  `SELECT json_build_array('number', c.oid::text, format('%I.%I', n.nspname, c.relname))
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm', 'p', 'f', 'v');`;

/** The key of every row of a catalog that initdb has made, to find what is gone. */
export function keysSql(catalog: string, columns: readonly Column[]): string {
  const own = columns.some((it) => it.catalog === catalog && it.name === "oid");
  const key = KEYS[catalog] ?? (own ? ref(catalog, "t.oid") : "NULL");
  const only = WHERE[catalog] === undefined ? "" : ` WHERE ${WHERE[catalog]}`;
  return `SELECT json_build_array('key', '${catalog}', ${key}) FROM ${catalog} AS t${only};`;
}

/** Every row of every relation, each by what its columns print as. */
export const ROWS = `
SELECT format('SELECT json_build_array(''rows'', %L, count(*), md5(string_agg(h, '''' ORDER BY h COLLATE "C"))) FROM (SELECT md5(ARRAY[%s]::text) AS h FROM ONLY %I.%I AS t) AS x',
  format('%s %I.%I', c.relkind, n.nspname, c.relname),
  coalesce(nullif((SELECT string_agg(format('format(''%%L'', t.%I)', a.attname), ', ' ORDER BY a.attname COLLATE "C") FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), ''), 'NULL::text'), n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.oid >= 16384
  AND n.nspname !~ '^pg_(toast|temp_)' AND c.relispopulated
ORDER BY 1
\\gexec
SELECT format('SELECT json_build_array(''sequence'', %L, last_value, is_called) FROM %I.%I', format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND c.relpersistence <> 't' ORDER BY 1
\\gexec
SELECT json_build_array('large object', oid::text, md5(lo_get(oid))) FROM pg_largeobject_metadata;
`;

/** What the configuration files say. */
export const FILES =
  `SELECT json_build_array('file setting', name, setting, applied)
FROM (SELECT DISTINCT ON (lower(name)) lower(name) AS name, setting, applied FROM pg_file_settings WHERE name IS NOT NULL ORDER BY lower(name), seqno DESC) AS s;`;

import { kinds } from "./kind.ts";

/** Who may do what, and what lies in other places. */
export const ACCESS = kinds({
  "table grants": {
    share: 0.6,
    make: ({ base, from, other, random, roles, schema, superuser }) => {
      const [a = "PUBLIC", b = "PUBLIC"] = random.some(roles, 2);
      return random.some([
        `GRANT SELECT, INSERT ON ${base} TO ${a} WITH GRANT OPTION;`,
        `GRANT ALL ON ${other} TO ${b};`,
        `GRANT SELECT (id, t), UPDATE (v) ON ${base} TO ${a};`,
        `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO PUBLIC;`,
        `REVOKE DELETE, TRUNCATE ON ${base} FROM ${superuser};`,
        `REVOKE ALL ON ${other} FROM ${superuser};`,
        `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${b}; GRANT USAGE ON SCHEMA ${schema} TO PUBLIC;`,
        `ALTER TABLE ${other} OWNER TO ${a};`,
        `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${b} WITH GRANT OPTION;`,
        `GRANT USAGE ON SCHEMA ${schema} TO ${a}; GRANT SELECT ON ${base} TO ${a} WITH GRANT OPTION; SET ROLE ${a}; GRANT SELECT ON ${base} TO ${b}; RESET ROLE;`,
        ...(from >= 17 ? [`GRANT MAINTAIN ON ${base} TO ${a};`] : []),
      ], 5).join("\n");
    },
  },
  "other grants": {
    share: 0.4,
    make: ({ full, random, roles, schema }) => {
      const [a = "PUBLIC", b = "PUBLIC"] = random.some(roles, 2);
      const [type, f, seq] = [full(), full(), full()];
      return `CREATE TYPE ${type} AS ENUM ('x'); REVOKE USAGE ON TYPE ${type} FROM PUBLIC; GRANT USAGE ON TYPE ${type} TO ${a} WITH GRANT OPTION;
CREATE FUNCTION ${f}() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION ${f}() FROM PUBLIC; GRANT EXECUTE ON FUNCTION ${f}() TO ${b}; ALTER FUNCTION ${f}() OWNER TO ${a};
CREATE SEQUENCE ${seq}; GRANT SELECT, UPDATE ON SEQUENCE ${seq} TO ${a}; GRANT CREATE ON SCHEMA ${schema} TO ${a}; ALTER SEQUENCE ${seq} OWNER TO ${b};`;
    },
  },
  "system grants": {
    share: 0.2,
    make: ({ random, roles, superuser }) =>
      random.some([
        `REVOKE EXECUTE ON FUNCTION pg_catalog.lo_get(oid) FROM PUBLIC;`,
        `GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO ${
          random.one(roles)
        };`,
        `REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;`,
        `GRANT SELECT ON pg_catalog.pg_authid TO ${random.one(roles)};`,
        `REVOKE SELECT ON pg_catalog.pg_roles FROM PUBLIC;`,
        `REVOKE CREATE ON SCHEMA public FROM PUBLIC;`,
        `GRANT ALL ON SCHEMA public TO ${random.one(roles)};`,
        `ALTER SCHEMA public OWNER TO ${random.one(roles)};`,
        `GRANT SELECT (rolname) ON pg_catalog.pg_authid TO ${
          random.one(roles)
        };`,
        `REVOKE ALL ON SCHEMA public FROM ${superuser};`,
        `COMMENT ON SCHEMA public IS NULL;`,
        `COMMENT ON SCHEMA public IS 'our own';`,
      ], 2).join("\n"),
  },
  "default privileges": {
    share: 0.3,
    make: ({ random, roles, schema }) => {
      const [a = "PUBLIC", b = "PUBLIC"] = random.some(roles, 2);
      return random.some([
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${a} GRANT ALL ON TABLES TO ${b};`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${a} REVOKE DELETE ON TABLES FROM ${a};`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${a} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${a} IN SCHEMA ${schema} GRANT SELECT ON TABLES TO ${b} WITH GRANT OPTION;`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${a} IN SCHEMA ${schema} GRANT USAGE ON SEQUENCES TO PUBLIC;`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${b} REVOKE USAGE ON TYPES FROM PUBLIC;`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${b} GRANT CREATE ON SCHEMAS TO ${a};`,
      ], 3).join("\n");
    },
  },
  policies: {
    share: 0.4,
    make: ({ base, name, other, random, roles, text }) => {
      const [a, b] = [name(), name()];
      return `CREATE POLICY ${a} ON ${base} FOR SELECT TO ${
        random.one(["PUBLIC", ...roles])
      } USING (v IN ('a', 'b') OR (b AND NOT (id > 3 OR t = ${text()})) OR id = (SELECT max(o.id) FROM ${other} AS o WHERE o.base_id = ${base}.id));
CREATE POLICY ${b} ON ${base} AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (t IS NOT NULL AND current_user = 'x'::name);
ALTER TABLE ${base} ENABLE ROW LEVEL SECURITY; ${
        random.chance(0.5)
          ? `ALTER TABLE ${base} FORCE ROW LEVEL SECURITY;`
          : ""
      } COMMENT ON POLICY ${a} ON ${base} IS ${text()};`;
    },
  },
  "large objects": {
    share: 0.3,
    make: ({ random, roles, text }) => {
      const number = random.between(20000, 90000);
      return `SELECT lo_from_bytea(${number}, decode(repeat('00ff0a', ${
        random.between(1, 3000)
      }), 'hex')); SELECT lo_create(${number + 1}); SELECT lo_from_bytea(${
        number + 2
      }, ''); SELECT lo_put(${number + 2}, 100000, 'far');
GRANT SELECT ON LARGE OBJECT ${number} TO ${
        random.one(roles)
      }; ALTER LARGE OBJECT ${number + 1} OWNER TO ${
        random.one(roles)
      }; COMMENT ON LARGE OBJECT ${number} IS ${text()};`;
    },
  },
  "foreign data": {
    share: 0.3,
    make: ({ full, name, random, roles, text }) => {
      const [wrapper, server, table] = [name(), name(), full()];
      return `CREATE FOREIGN DATA WRAPPER ${wrapper} OPTIONS (debug 'true'); CREATE SERVER ${server} TYPE 't' VERSION '1' FOREIGN DATA WRAPPER ${wrapper} OPTIONS (host 'h', "odd Option" ${text()}); CREATE USER MAPPING FOR PUBLIC SERVER ${server} OPTIONS (password 'far-secret'); CREATE USER MAPPING FOR ${
        random.one(roles)
      } SERVER ${server} OPTIONS ("user" ${text()});
CREATE FOREIGN TABLE ${table} (id int OPTIONS (column_name 'ID') NOT NULL, t text DEFAULT ${text()}, CHECK (id > 0)) SERVER ${server} OPTIONS (x ${text()}); GRANT USAGE ON FOREIGN SERVER ${server} TO ${
        random.one(roles)
      }; COMMENT ON FOREIGN TABLE ${table} IS ${text()}; COMMENT ON SERVER ${server} IS ${text()};`;
    },
  },
  publications: {
    share: 0.3,
    make: ({ base, from, name, random, roles, schema, text }) => {
      const one = name();
      return [
        `CREATE PUBLICATION ${one} FOR TABLE ${base} WITH (publish = 'insert, delete'); COMMENT ON PUBLICATION ${one} IS ${text()};`,
        random.chance(0.5)
          ? `CREATE PUBLICATION ${name()} FOR ALL TABLES;`
          : `CREATE PUBLICATION ${name()};`,
        from >= 15
          ? `CREATE PUBLICATION ${name()} FOR TABLE ONLY ${base} (id, t) WHERE (id > 5 AND t <> ${text()}); CREATE PUBLICATION ${name()} FOR TABLES IN SCHEMA ${schema} WITH (publish_via_partition_root);`
          : "",
        random.chance(0.2)
          ? `ALTER PUBLICATION ${one} OWNER TO ${random.one(roles)};`
          : "",
      ].join("\n");
    },
  },
  subscriptions: {
    share: 0.15,
    make: ({ name, random, text }) => {
      const one = name();
      return `CREATE SUBSCRIPTION ${one} CONNECTION 'host=nowhere.invalid password=sub-secret' PUBLICATION ${name()}, p2 WITH (connect = false, enabled = false, slot_name = ${
        random.one(["NONE", "'slot_x'"])
      }, synchronous_commit = 'off'); COMMENT ON SUBSCRIPTION ${one} IS ${text()};`;
    },
  },
  comments: {
    make: ({ schema, text }) =>
      `COMMENT ON SCHEMA ${schema} IS ${text()}; COMMENT ON LANGUAGE plpgsql IS ${text()}; COMMENT ON EXTENSION plpgsql IS ${text()};`,
  },
});

/** Extensions, those above all that have tables. */
export const EXTENSIONS = kinds({
  "extension in public": {
    share: 0.4,
    make: ({ random, full }) =>
      random.some([
        `CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public; CREATE TABLE ${full()} (h public.hstore DEFAULT 'a=>1');`,
        `CREATE EXTENSION IF NOT EXISTS citext SCHEMA public; CREATE TABLE ${full()} (c public.citext PRIMARY KEY, CHECK (c IN ('a', 'b')));`,
        `CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;`,
        `CREATE EXTENSION IF NOT EXISTS ltree SCHEMA public; CREATE TABLE ${full()} (p public.ltree);`,
        `CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA public;`,
        `CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA public;`,
        `CREATE EXTENSION IF NOT EXISTS cube SCHEMA public; CREATE EXTENSION IF NOT EXISTS earthdistance SCHEMA public;`,
        `CREATE EXTENSION IF NOT EXISTS intarray SCHEMA public; CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;`,
        `CREATE EXTENSION IF NOT EXISTS lo SCHEMA public; CREATE TABLE ${full()} (l public.lo);`,
        `CREATE EXTENSION IF NOT EXISTS isn SCHEMA public; CREATE TABLE ${full()} (i public.isbn);`,
        `CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public;`,
      ], 3).join("\n"),
  },
  "extension elsewhere": {
    share: 0.3,
    make: ({ name, random, text }) => {
      const [schema] = [name()];
      const extension = random.one([
        "btree_gist",
        "btree_gin",
        "seg",
        "tablefunc",
        "postgres_fdw",
        "fuzzystrmatch",
        "bloom",
        "file_fdw",
        "dict_int",
      ]);
      return `CREATE SCHEMA ${schema}; CREATE EXTENSION IF NOT EXISTS ${extension} SCHEMA ${schema}; COMMENT ON EXTENSION ${extension} IS ${text()};`;
    },
  },
  "objects join an extension": {
    share: 0.2,
    refused: true,
    make: ({ full, random }) => {
      const [table, view] = [full(), full()];
      return `CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public; CREATE TABLE ${table} (id int, t text); INSERT INTO ${table} VALUES (1, 'member'); ALTER EXTENSION pg_trgm ADD TABLE ${table}; CREATE VIEW ${view} AS SELECT * FROM ${table}; ${
        random.chance(0.3) ? `ALTER EXTENSION pg_trgm ADD VIEW ${view};` : ""
      }`;
    },
  },
  "members changed": {
    share: 0.2,
    make: ({ random, roles }) =>
      `CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA public; ` +
      random.some([
        `REVOKE ALL ON FUNCTION public.digest(text, text) FROM PUBLIC;`,
        `GRANT EXECUTE ON FUNCTION public.gen_salt(text) TO ${
          random.one(roles)
        } WITH GRANT OPTION;`,
        `COMMENT ON FUNCTION public.gen_salt(text) IS 'changed';`,
        `ALTER FUNCTION public.crypt(text, text) COST 77;`,
        `ALTER FUNCTION public.crypt(text, text) OWNER TO ${
          random.one(roles)
        };`,
      ], 2).join(" "),
  },
  "depends on an extension": {
    share: 0.1,
    make: ({ base, full, name, schema }) => {
      const [f, index] = [full(), name()];
      return `CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public; CREATE FUNCTION ${f}() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION ${f}() DEPENDS ON EXTENSION pg_trgm; CREATE INDEX ${index} ON ${base} USING gin (t public.gin_trgm_ops); ALTER INDEX ${schema}.${index} DEPENDS ON EXTENSION pg_trgm;`;
    },
  },
});

/** What was begun and not ended, or ended too early. */
export const HALF = kinds({
  "invalid index": {
    share: 0.15,
    make: ({ full, name }) => {
      const table = full();
      return `CREATE TABLE ${table} (a int); INSERT INTO ${table} VALUES (1), (1); CREATE UNIQUE INDEX CONCURRENTLY ${name()} ON ${table} (a);`;
    },
  },
  "invalid partitioned index": {
    share: 0.1,
    make: ({ full, name }) => {
      const [t, p] = [full(), full()];
      return `CREATE TABLE ${t} (a int) PARTITION BY LIST (a); CREATE TABLE ${p} PARTITION OF ${t} FOR VALUES IN (1); CREATE INDEX ${name()} ON ONLY ${t} (a);`;
    },
  },
  "prepared transaction": {
    share: 0.2,
    refused: true,
    make: ({ base, random }) =>
      `BEGIN; INSERT INTO ${base} (id) VALUES (100001); PREPARE TRANSACTION 'gone-${
        random.between(1, 999999)
      }';`,
  },
  "no public": { share: 0.1, make: () => `DROP SCHEMA IF EXISTS public;` },
  "no plpgsql": {
    share: 0.05,
    make: () => `DROP EXTENSION IF EXISTS plpgsql;`,
  },
  "temporary tables": {
    share: 0.2,
    make: ({ name }) =>
      `CREATE TEMPORARY TABLE ${name()} (a int); DISCARD ALL;`,
  },
  "stale materialized view": {
    share: 0.1,
    make: ({ full }) => {
      const [table, view] = [full(), full()];
      return `CREATE TABLE ${table} (a int); INSERT INTO ${table} VALUES (1), (2); CREATE MATERIALIZED VIEW ${view} AS SELECT a FROM ${table}; DELETE FROM ${table} WHERE a = 1;`;
    },
  },
  "objects in pg_catalog": {
    share: 0.2,
    refused: true,
    make: ({ name }) =>
      `SET allow_system_table_mods = on; CREATE TABLE pg_catalog.${name()} (a int); RESET allow_system_table_mods;`,
  },
  "number types": {
    share: 0.2,
    refused: true,
    make: ({ base, full, random }) => {
      const table = full();
      return random.one([
        `CREATE TABLE ${table} (r regclass); INSERT INTO ${table} VALUES ('${
          base.replaceAll("'", "''")
        }');`,
        `CREATE TABLE ${table} (r regproc[]); INSERT INTO ${table} VALUES ('{now}');`,
        `CREATE TABLE ${table} (r regtype, s regrole, n regnamespace);`,
        `CREATE DOMAIN ${table} AS regprocedure; CREATE TABLE ${full()} (r ${table});`,
      ]);
    },
  },
});

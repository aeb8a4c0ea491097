import { kinds } from "./kind.ts";

/** Tables of every shape, with rows. */
export const TABLES = kinds({
  "many types": {
    share: 0.6,
    make: ({ full, random, text }) => {
      const table = full();
      return `CREATE TABLE ${table} (i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric(20,5), m money, c char(5), v varchar(9), t text, by bytea, d date, tm time, ttz timetz, ts timestamp, tz timestamptz, iv interval, b boolean, u uuid, j json, jb jsonb, x xml, ip inet, cd cidr, mac macaddr, bt bit(3), vb varbit, pt point, bx box, pl polygon, tsv tsvector, tsq tsquery, r int4range, tr tstzrange, arr text[], arr2 int[][], o oid, lsn pg_lsn, n1 "char", nm name);
INSERT INTO ${table} (i4, f4, f8, n, t, by, tz, iv, jb, j, arr, d, ts) SELECT i, 1.1::float4 / i, 1 / 3.0::float8 * i, i * 1.00001, ${text()} || i, decode(md5(i::text), 'hex'), '2000-01-01 00:00+14'::timestamptz + i * interval '7 hours 3 min 1.234567 s', make_interval(0, i, 0, i, i), jsonb_build_object('k', i, 'n', NULL, 'a', ${text()}), '{"b": 1,  "a":2, "b": 3}', ARRAY[${text()}, NULL, 'x,y', ''], date '1582-10-15' + i, timestamp '1900-01-01' + i * interval '1 day' FROM generate_series(1, ${
        random.between(1, 40)
      }) AS i;
INSERT INTO ${table} (f4, f8, n, d, ts, tz, i8, c, v, bt, vb, pt, tsv, tsq, r, tr, ip, mac, u, x, m) VALUES ('NaN', '-Infinity', 'NaN', 'infinity', '-infinity', '4714-11-24 00:00:00+00 BC', -9223372036854775808, 'a', ' b ', B'101', B'', '(1.5,-0)', 'fat:2A cat:3', 'fat & !rat', 'empty', '[2020-01-01 00:00+05:30,)', '::1/128', '08:00:2b:01:02:03', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '<a b="c">d</a>', -1234.56), ('-0', '1e-320', '0.00000', '0001-01-01 BC', '294276-12-31 23:59:59.999999', 'infinity', 0, '', '', NULL, NULL, NULL, NULL, NULL, '(,)', 'empty', '10.0.0.0/8', NULL, NULL, NULL, 0);`;
    },
  },
  "wide rows": {
    make: ({ full, random }) => {
      const table = full();
      return `CREATE TABLE ${table} (id int, t text, e text, p text, m bytea);
ALTER TABLE ${table} ALTER e SET STORAGE EXTERNAL, ALTER p SET STORAGE PLAIN, ALTER m SET STORAGE MAIN;
INSERT INTO ${table} SELECT i, repeat(md5(i::text), ${
        random.between(100, 4000)
      }), repeat('ab' || i, 3000), 'p', decode(repeat('00ff' || '0a5c', 2000), 'hex') FROM generate_series(1, 5) AS i;`;
    },
  },
  "no columns": {
    make: ({ full }) => {
      const table = full();
      return `CREATE TABLE ${table} (); INSERT INTO ${table} DEFAULT VALUES; INSERT INTO ${table} DEFAULT VALUES;`;
    },
  },
  "empty table": {
    make: ({ full }) => `CREATE TABLE ${full()} (a int, b text);`,
  },
  "many columns": {
    share: 0.1,
    make: ({ full }) => {
      const table = full();
      const columns = Array.from(
        { length: 300 },
        (_, at) => `c${at} int DEFAULT ${at}`,
      );
      return `CREATE TABLE ${table} (${
        columns.join(", ")
      }); INSERT INTO ${table} DEFAULT VALUES;`;
    },
  },
  "odd columns": {
    share: 0.5,
    make: ({ full, name, text }) => {
      const [table, a, b, c] = [full(), name(), name(), name()];
      return `CREATE TABLE ${table} (${a} text DEFAULT ${text()} NOT NULL, ${b} int CHECK (${b} > 0), ${c} timestamptz DEFAULT now(), UNIQUE (${a}, ${b}));
INSERT INTO ${table} VALUES (${text()}, 1, '2001-02-03 04:05:06+07'), (${text()}, 2, NULL) ON CONFLICT DO NOTHING;
COMMENT ON COLUMN ${table}.${a} IS ${text()}; COMMENT ON TABLE ${table} IS ${text()};
CREATE INDEX ON ${table} (${b}, ${a}); CREATE VIEW ${full()} AS SELECT ${a}, ${b} AS ${name()} FROM ${table} WHERE ${b} < 100;`;
    },
  },
  "dropped columns": {
    share: 0.3,
    make: ({ full }) => {
      const table = full();
      return `CREATE TABLE ${table} (a int, gone text, b text, gone2 int, c int GENERATED ALWAYS AS IDENTITY, CHECK (a > 0));
INSERT INTO ${table} VALUES (1, 'x', 'y', 2), (2, 'x', 'z', 3);
ALTER TABLE ${table} DROP COLUMN gone, DROP COLUMN gone2, ADD d int DEFAULT 7;
INSERT INTO ${table} (a, b) VALUES (3, 'late'); CREATE INDEX ON ${table} (d);`;
    },
  },
  "storage options": {
    share: 0.3,
    make: ({ full, random, from }) =>
      `CREATE TABLE ${full()} (id int, t text) WITH (${
        random.some([
          "fillfactor = 70",
          "autovacuum_enabled = false",
          "autovacuum_vacuum_scale_factor = 0.05",
          "toast.autovacuum_enabled = off",
          "parallel_workers = 3",
          "toast_tuple_target = 2000",
          "user_catalog_table = true",
          "vacuum_truncate = off",
          "log_autovacuum_min_duration = 0",
          ...(from >= 14 ? ["vacuum_index_cleanup = auto"] : []),
        ], 3).join(", ")
      });`,
  },
  unlogged: {
    make: ({ full }) => {
      const table = full();
      return `CREATE UNLOGGED TABLE ${table} (id serial PRIMARY KEY, t text); INSERT INTO ${table} (t) VALUES ('kept'), ('too');`;
    },
  },
  identity: {
    share: 0.4,
    make: ({ full, random }) => {
      const table = full();
      return `CREATE TABLE ${table} (a int GENERATED BY DEFAULT AS IDENTITY (START ${
        random.between(1, 999)
      } INCREMENT ${
        random.one([1, 5, -2])
      } MINVALUE -100000 MAXVALUE 100000 CACHE 3 CYCLE), b serial, c bigserial, d smallserial, t text);
INSERT INTO ${table} (t) VALUES ('x'), ('y'); ALTER TABLE ${table} ALTER a RESTART;`;
    },
  },
  generated: {
    share: 0.4,
    make: ({ full }) => {
      const table = full();
      return `CREATE TABLE ${table} (a int, b text, g int GENERATED ALWAYS AS (a * 2 + length(b)) STORED, h text GENERATED ALWAYS AS (upper(b) || '-' || a::text) STORED);
INSERT INTO ${table} VALUES (1, 'x'), (NULL, 'y');`;
    },
  },
  sequences: {
    share: 0.4,
    make: ({ full, random, base }) => {
      const [one, two, three] = [full(), full(), full()];
      return `CREATE SEQUENCE ${one} AS smallint INCREMENT -3 MINVALUE -100 MAXVALUE 50 START 50 CACHE 5 CYCLE;
CREATE SEQUENCE ${two} OWNED BY ${base}.id; CREATE SEQUENCE ${three} START 9223372036854775800;
SELECT nextval(${three.length > 0 ? `'${three.replaceAll("'", "''")}'` : ""});
SELECT setval('${one.replaceAll("'", "''")}', ${random.between(-90, 50)}, ${
        random.one(["true", "false"])
      });`;
    },
  },
  inheritance: {
    share: 0.3,
    make: ({ full, random }) => {
      const [parent, child, grand] = [full(), full(), full()];
      return `CREATE TABLE ${parent} (id int PRIMARY KEY, note text DEFAULT 'p', CHECK (id > 0));
CREATE TABLE ${child} (more text, note text DEFAULT 'c' NOT NULL) INHERITS (${parent});
CREATE TABLE ${grand} (last date) INHERITS (${child});
${
        random.chance(0.5)
          ? `ALTER TABLE ${parent} ADD late int DEFAULT 5, ADD CHECK (late > 0) NO INHERIT;`
          : ""
      }
INSERT INTO ${parent} (id) VALUES (1); INSERT INTO ${child} (id, more) VALUES (1, 'dup'), (2, 'm'); INSERT INTO ${grand} (id, last) VALUES (3, '2020-02-29');
${random.chance(0.3) ? `ALTER TABLE ${grand} NO INHERIT ${child};` : ""}`;
    },
  },
  "range partitions": {
    share: 0.4,
    make: ({ full, random }) => {
      const [table, a, b, c, d] = [full(), full(), full(), full(), full()];
      const zone = random.one(["", "+05:30", "-08", " Europe/Berlin"]);
      return `CREATE TABLE ${table} (id int NOT NULL, at timestamptz NOT NULL DEFAULT '2020-06-01${
        zone === "" ? " 00:00+00" : ` 00:00${zone}`
      }', t text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE ${a} PARTITION OF ${table} FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00${
        zone === "" ? "+00" : zone
      }');
CREATE TABLE ${b} PARTITION OF ${table} FOR VALUES FROM ('2020-01-01 00:00${
        zone === "" ? "+00" : zone
      }') TO ('2021-01-01 00:00+00') WITH (fillfactor = 50);
CREATE TABLE ${c} (LIKE ${table} INCLUDING ALL); ALTER TABLE ${table} ATTACH PARTITION ${c} FOR VALUES FROM ('2021-01-01 00:00+00') TO (MAXVALUE);
CREATE TABLE ${d} (t text, extra int, at timestamptz NOT NULL, id int NOT NULL); ALTER TABLE ${d} DROP extra;
${random.chance(0.5) ? `ALTER TABLE ${table} DETACH PARTITION ${c}; ` : ""}
CREATE INDEX ON ${table} (t);
INSERT INTO ${table} SELECT i, timestamptz '2019-06-01 00:00+00' + i * interval '20 days', 'r' || i FROM generate_series(1, 25) AS i;`;
    },
  },
  "hash and list partitions": {
    share: 0.3,
    make: ({ full }) => {
      const [table, a, b, c, d] = [full(), full(), full(), full(), full()];
      return `CREATE TABLE ${table} (id int, kind text, x int DEFAULT 1) PARTITION BY LIST (kind);
CREATE TABLE ${a} PARTITION OF ${table} FOR VALUES IN ('a', NULL) PARTITION BY HASH (id);
CREATE TABLE ${b} PARTITION OF ${a} FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE ${c} PARTITION OF ${a} FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE ${d} PARTITION OF ${table} (x DEFAULT 9, CHECK (x > 0)) DEFAULT;
INSERT INTO ${table} SELECT i, CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'zz' END, i FROM generate_series(1, 50) AS i;`;
    },
  },
  "constraints": {
    share: 0.5,
    make: ({ base, full, name, text }) => {
      const [table, a, b] = [full(), name(), name()];
      return `CREATE TABLE ${table} (id int, base_id int, t text, r int4range, CONSTRAINT ${a} CHECK (t IN ('a', 'b', ${text()}) AND id <> ALL (ARRAY[7, 8])), CONSTRAINT ${b} UNIQUE (id) DEFERRABLE INITIALLY DEFERRED, EXCLUDE USING gist (r WITH &&) WHERE (id > 0), FOREIGN KEY (base_id) REFERENCES ${base} ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE);
INSERT INTO ${table} VALUES (1, 1, 'a', '[1,2)'), (2, NULL, 'b', '[5,6)'); COMMENT ON CONSTRAINT ${a} ON ${table} IS ${text()};`;
    },
  },
  "not valid": {
    share: 0.3,
    make: ({ base, full }) => {
      const table = full();
      return `CREATE TABLE ${table} (id int, base_id int); INSERT INTO ${table} VALUES (-1, 99999), (1, 1);
ALTER TABLE ${table} ADD CHECK (id > 0) NOT VALID, ADD FOREIGN KEY (base_id) REFERENCES ${base} NOT VALID;`;
    },
  },
  "indexes": {
    share: 0.5,
    make: ({ base, name, random, text }) =>
      random.some([
        `CREATE INDEX ${name()} ON ${base} (lower(t), (n * 2) DESC NULLS LAST) INCLUDE (v) WHERE b AND v IN ('a', 'b');`,
        `CREATE INDEX ${name()} ON ${base} USING gin (j jsonb_path_ops) WITH (fastupdate = off);`,
        `CREATE INDEX ${name()} ON ${base} USING brin (ts) WITH (pages_per_range = 16, autosummarize = on);`,
        `CREATE INDEX ${name()} ON ${base} USING hash (t);`,
        `CREATE UNIQUE INDEX ${name()} ON ${base} ((id + 0), (coalesce(t, ${text()}) COLLATE "C") text_pattern_ops);`,
        `CREATE INDEX ${name()} ON ${base} USING gin (arr) WHERE id BETWEEN 1 AND 5;`,
        `CREATE INDEX ${name()} ON ${base} USING spgist (t);`,
        `CREATE INDEX ${name()} ON ${base} (d DESC, id) WITH (fillfactor = 60, deduplicate_items = off);`,
      ], 4).join("\n"),
  },
  "index attributes": {
    make: ({ base, name, schema, text }) => {
      const [one, two] = [name(), name()];
      return `CREATE UNIQUE INDEX ${one} ON ${base} (id); CREATE INDEX ${two} ON ${base} (upper(t), v);
ALTER INDEX ${schema}.${two} ALTER COLUMN 1 SET STATISTICS 333; COMMENT ON INDEX ${schema}.${one} IS ${text()};
ALTER TABLE ${base} REPLICA IDENTITY USING INDEX ${one}; ALTER TABLE ${base} CLUSTER ON ${one};`;
    },
  },
  "columns set": {
    share: 0.3,
    make: ({ base, random, from }) =>
      random.some([
        `ALTER TABLE ${base} ALTER t SET STATISTICS 500;`,
        `ALTER TABLE ${base} ALTER v SET (n_distinct = -0.5, n_distinct_inherited = 7);`,
        `ALTER TABLE ${base} ALTER j SET STORAGE EXTERNAL;`,
        `ALTER TABLE ${base} ALTER n SET DEFAULT 1.50;`,
        `ALTER TABLE ${base} ALTER ts SET DEFAULT '2020-01-01 12:00+02'::timestamptz;`,
        `ALTER TABLE ${base} ALTER d SET NOT NULL;`,
        `ALTER TABLE ${base} ALTER arr SET DEFAULT '{1,2}'::int[];`,
        `ALTER TABLE ${base} REPLICA IDENTITY FULL;`,
        ...(from >= 14
          ? [`ALTER TABLE ${base} ALTER t SET COMPRESSION pglz;`]
          : []),
      ], 3).join("\n"),
  },
  "typed table": {
    make: ({ full, name }) => {
      const [type, table] = [full(), full()];
      return `CREATE TYPE ${type} AS (a int, b text); CREATE TABLE ${table} OF ${type} (PRIMARY KEY (a), b WITH OPTIONS DEFAULT 'q'); INSERT INTO ${table} VALUES (1); CREATE INDEX ${name()} ON ${table} (b);`;
    },
  },
  "nulls not distinct": {
    since: 15,
    make: ({ full }) => {
      const table = full();
      return `CREATE TABLE ${table} (a int UNIQUE NULLS NOT DISTINCT, b int, c int); INSERT INTO ${table} VALUES (NULL, 1, 2);`;
    },
  },
  "statistics objects": {
    share: 0.3,
    make: ({ base, from, full, text }) => {
      const [one, two] = [full(), full()];
      return `CREATE STATISTICS ${one} (ndistinct, dependencies) ON t, v FROM ${base}; CREATE STATISTICS ${two} (mcv) ON id, b FROM ${base};
ALTER STATISTICS ${one} SET STATISTICS 77; COMMENT ON STATISTICS ${two} IS ${text()};
${
        from >= 14
          ? `CREATE STATISTICS ${full()} ON (lower(t)), (n * 2) FROM ${base};`
          : ""
      }`;
    },
  },
  "renamed things": {
    make: ({ full, schema, name }) => {
      const [table, now] = [full(), name()];
      return `CREATE TABLE ${table} (old_name serial NOT NULL, t text, PRIMARY KEY (old_name)); ALTER TABLE ${table} RENAME old_name TO new_name; ALTER TABLE ${table} RENAME TO ${now}; INSERT INTO ${schema}.${now} (t) VALUES ('r');`;
    },
  },
  "access method": {
    share: 0.1,
    make: ({ full, name }) => {
      const method = name();
      return `CREATE ACCESS METHOD ${method} TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE ${full()} (a int) USING ${method};`;
    },
  },
});

import type { Initdb } from "../host/server.ts";
import { ACCESS, EXTENSIONS, HALF } from "./access.ts";
import { CODE } from "./code.ts";
import { globalsOf } from "./globals.ts";
import type { Animal, Kind } from "./kind.ts";
import { literal, Names, quoted, textOf } from "./names.ts";
import { Random } from "./random.ts";
import { settingsOf } from "./settings.ts";
import { TABLES } from "./tables.ts";

/** A whole cluster, from its seed alone. */

export type From = 13 | 15 | 17;

/** Statements that belong together; a shrinking search leaves out whole ones. */
export interface Group {
  readonly name: string;
  readonly database: string;
  readonly sql: string;
}

export interface Cluster {
  readonly seed: number;
  readonly from: From;
  readonly initdb: Initdb;
  /** Lines for postgresql.conf. */
  readonly configuration: readonly string[];
  /** The server's own arguments, as `-c` takes them. */
  readonly commandLine: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly databases: readonly string[];
  readonly groups: readonly Group[];
}

const ALL: readonly Kind[] = [
  ...TABLES,
  ...CODE,
  ...EXTENSIONS,
  ...ACCESS,
  ...HALF,
];
export const KINDS = ALL.map(({ name }) => name);

export function clusterOf(seed: number): Cluster {
  const random = new Random(seed);
  const from = random.one<From>([13, 15, 17]);
  const superuser = random.chance(0.8) ? "postgres" : "the boss";
  const encoding = random.chance(0.85)
    ? "UTF8"
    : random.one(["LATIN1", "SQL_ASCII"]);
  const initdb: Initdb = { superuser, args: initdbOf(random, from, encoding) };
  const globals = globalsOf(
    new Random(seed * 31 + 7),
    from,
    superuser,
    encoding,
  );
  // What is refused shows nothing more: a few clusters have all of that.
  const refused = random.chance(0.12);
  const groups: Group[] = [...globals.groups];
  globals.databases.forEach(({ ascii, name }, index) => {
    groups.push(
      ...databaseOf(new Random(seed * 31 + 100 + index), {
        ascii,
        database: name,
        from,
        refused,
        roles: globals.roles,
        superuser,
      }),
    );
  });
  groups.push(...globals.late);
  return {
    seed,
    from,
    initdb,
    ...settingsOf(new Random(seed * 31 + 13), from),
    databases: globals.databases.map(({ name }) => name),
    groups,
  };
}

function initdbOf(random: Random, from: From, encoding: string): string[] {
  const args = [`--encoding=${encoding}`];
  if (encoding !== "UTF8") return [...args, "--locale=C"];
  if (random.chance(0.2)) args.push("--data-checksums");
  if (random.chance(0.1)) args.push("--wal-segsize=1");
  const kind = random.next();
  if (from >= 15 && kind < 0.15) {
    return [
      ...args,
      "--locale=C.UTF-8",
      "--locale-provider=icu",
      `--icu-locale=${random.one(["de", "en-US", "sv"])}`,
    ];
  }
  if (from >= 17 && kind < 0.3) {
    return [
      ...args,
      "--locale=C.UTF-8",
      "--locale-provider=builtin",
      `--builtin-locale=${random.one(["C.UTF-8", "C"])}`,
    ];
  }
  return [
    ...args,
    `--locale=${random.one(["en_US.utf8", "en_US.utf8", "C", "C.UTF-8"])}`,
  ];
}

function databaseOf(random: Random, how: {
  ascii: boolean;
  database: string;
  from: From;
  refused: boolean;
  roles: readonly string[];
  superuser: string;
}): Group[] {
  const { ascii, database, from } = how;
  const names = new Names(random, random.one([0, 0.3, 0.9]), ascii);
  const schema = random.chance(0.3) ? "public" : names.quoted();
  const baseName = names.quoted();
  const base = `${schema}.${baseName}`;
  const other = `${schema}.${names.quoted()}`;
  const animal = (own: Random): Animal => ({
    random: own,
    from,
    schema,
    base,
    baseName,
    other,
    roles: how.roles,
    superuser: quoted(how.superuser),
    name: () => names.quoted(),
    full: () => `${schema}.${names.quoted()}`,
    text: () => textOf(own, ascii),
  });
  const few = random.one([0.2, 0.5, 0.5, 1]);
  const group = (name: string, sql: string): Group => ({
    name,
    database,
    sql: `SET search_path = pg_catalog;\n${sql}`,
  });
  const groups = [group("base", baseSql(animal(random), schema, random))];
  for (const kind of ALL) {
    const own = new Random(random.between(1, 1e9));
    const fits = from >= (kind.since ?? 0) && from <= (kind.until ?? 99) &&
      (!kind.refused || how.refused);
    const share = (kind.share ?? 0.2) * few;
    const wanted = own.chance(share);
    if (fits && wanted) groups.push(group(kind.name, kind.make(animal(own))));
  }
  return groups;
}

function baseSql({ base, other }: Animal, schema: string, random: Random) {
  return `CREATE SCHEMA IF NOT EXISTS ${schema};
CREATE TABLE ${base} (id int PRIMARY KEY, t text, v varchar(20), b boolean DEFAULT true, n numeric(12,3), j jsonb, ts timestamptz, d date DEFAULT '2020-01-01', arr int[]);
CREATE TABLE ${other} (id int PRIMARY KEY, base_id int REFERENCES ${base});
INSERT INTO ${base} SELECT i, 't' || i, CASE i % 3 WHEN 0 THEN 'a' ELSE 'b' END, i % 2 = 0, i * 1.125, jsonb_build_object('k', i), timestamptz '2020-01-01 00:00+00' + i * interval '11 hours', date '2020-01-01' + i, ARRAY[i, NULL, -i] FROM generate_series(1, ${
    random.between(0, 60)
  }) AS i;
INSERT INTO ${other} SELECT id, id FROM ${base};`;
}

export const commentOn = (kind: string, name: string, text: string) =>
  `COMMENT ON ${kind} ${quoted(name)} IS ${literal(text)};`;

import { join } from "@std/path";
import { ClusterFiles } from "../../../lib/adapter/clusters.ts";
import type { Namespaces } from "../host/containers.ts";
import { mustAsk, type Session } from "../host/psql.ts";
import {
  exists,
  imageOf,
  type Major,
  PLACE,
  versionOf,
} from "../host/roots.ts";
import {
  type Initdb,
  pristine,
  seenInCatalogs,
  serve,
} from "../host/server.ts";
import { must } from "../host/roots.ts";
import {
  catalogsSql,
  type Column,
  COLUMNS,
  FILES,
  keysSql,
  type Reference,
  REFERENCES,
  ROWS,
} from "./sql.ts";

/**
 * Says what a cluster holds, and shares nothing with the product's comparison:
 * every catalog by its content, every row of every relation. What initdb made
 * and nobody has changed is left out, as each version makes its own.
 */

/** A value by the place where it stands: `catalog key column`. */
export type Content = Map<string, string>;

/** A cluster's content by database; "" has what is there once. */
type Databases = Map<string, Content>;

export interface Held {
  readonly major: Major;
  readonly databases: Databases;
  readonly baseline: Baseline;
}

/** What initdb makes: all rows of all catalogs, and where its transactions end. */
export interface Baseline {
  readonly columns: readonly Column[];
  readonly since: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly rows: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const SEPARATOR = " \u2502 ";
export const placeOf = (catalog: string, key: string, column: string) =>
  [catalog, key, column].join(SEPARATOR);
export const partsOf = (place: string) => place.split(SEPARATOR);

type Line = readonly [string, string, ...unknown[]];
const linesOf = (out: string) =>
  out.split("\n").filter((line) => line !== "").map((line) =>
    JSON.parse(line) as Line
  );

const kept = new Map<string, Promise<unknown>>();

/** Found once, in memory and in a file beside the roots. */
function once<T>(name: string, find: () => Promise<T>): Promise<T> {
  const known = kept.get(name);
  if (known !== undefined) return known as Promise<T>;
  const found = (async () => {
    const path = join(PLACE, "oracle", `${name}.json`);
    if (await exists(path)) return JSON.parse(await Deno.readTextFile(path));
    const value = await find();
    await Deno.mkdir(join(PLACE, "oracle"), { recursive: true });
    await Deno.writeTextFile(`${path}.${Deno.pid}`, JSON.stringify(value));
    await Deno.rename(`${path}.${Deno.pid}`, path);
    return value;
  })();
  kept.set(name, found);
  return found;
}

export class Oracle {
  constructor(readonly containers: Namespaces) {}

  /** @param initdb as the cluster was made */
  async look(
    session: Session,
    major: Major,
    initdb: Initdb,
  ): Promise<Held> {
    const references = await this.#references();
    const baseline = await this.#baseline(major, initdb);
    const held: Databases = new Map();
    const known = await databases(session);
    for (const [index, { encoding, name }] of known.entries()) {
      const sql = [
        catalogsSql(baseline.columns, references, {
          shared: index === 0,
          since: baseline.since,
        }),
        ROWS,
        index === 0 ? FILES : "",
      ].join("\n");
      const out = await mustAsk(session, name, sql, encoding);
      const lines = linesOf(out);
      const numbers = new Map<string, string>();
      const counts: Record<string, number> = {};
      for (const [kind, key, value] of lines) {
        if (kind === "number") numbers.set(key, String(value));
        if (kind === "count") counts[key] = Number(value);
      }
      const content: Content = new Map();
      const shared: Content = held.get("") ?? new Map();
      held.set("", shared).set(name, content);
      for (const [kind, key, ...values] of lines) {
        if (kind === "number" || kind === "count") continue;
        const into = isShared(kind, baseline.columns) ? shared : content;
        note(into, [kind, key, ...values], numbers, baseline);
      }
      for (
        const gone of await this.#gone(
          session,
          name,
          counts,
          baseline,
          encoding,
        )
      ) content.set(gone, "gone");
    }
    return { major, databases: held, baseline };
  }

  /** Rows of initdb that are no longer there. */
  async #gone(
    session: Session,
    database: string,
    counts: Readonly<Record<string, number>>,
    baseline: Baseline,
    encoding: string,
  ): Promise<string[]> {
    const fewer = Object.keys(counts).filter((catalog) =>
      counts[catalog] !== baseline.counts[catalog] &&
      !isShared(catalog, baseline.columns)
    );
    if (fewer.length === 0) return [];
    const sql = fewer.map((catalog) => keysSql(catalog, baseline.columns));
    const there = new Set(
      linesOf(await mustAsk(session, database, sql.join("\n"), encoding))
        .map(([, catalog, key]) => `${catalog}${SEPARATOR}${key}`),
    );
    return Object.keys(baseline.rows).filter((row) =>
      fewer.includes(row.split(SEPARATOR)[0] ?? "") && !there.has(row)
    );
  }

  #references(): Promise<readonly Reference[]> {
    return once("references", async () => {
      const out = await this.#askPristine(18, PLAIN, REFERENCES);
      const all = JSON.parse(out) as [string, string, string, boolean][];
      return all.map(([catalog, column, to, list]) => ({
        catalog,
        column,
        to,
        list,
      }));
    });
  }

  #baseline(major: Major, initdb: Initdb): Promise<Baseline> {
    const name = `baseline-${major}-${
      [initdb.superuser, ...seenInCatalogs(initdb.args)].join(" ")
        .replaceAll(/[^\w=.-]/g, "_")
    }`;
    return once(name, async () => {
      const columns = await once(`columns-${major}`, async () => {
        const out = await this.#askPristine(major, initdb, COLUMNS);
        const all = JSON.parse(out) as [string, string, string, boolean][];
        return all.map(([catalog, name, type, shared]) => ({
          catalog,
          name,
          type,
          shared,
        }));
      });
      const references = await this.#references();
      const since = await this.#since(major, initdb);
      const out = await this.#askPristine(
        major,
        initdb,
        catalogsSql(columns, references, { shared: true }) +
          catalogsSql(columns, references, { shared: true, since }),
      );
      const rows: Record<string, Record<string, unknown>> = {};
      const counts: Record<string, number> = {};
      for (const [kind, key, value] of linesOf(out)) {
        if (kind === "count") counts[key] = Number(value);
        else if (kind !== "number") {
          rows[`${kind}${SEPARATOR}${key}`] = value as Record<string, unknown>;
        }
      }
      return { columns, since, counts, rows };
    });
  }

  async #since(major: Major, initdb: Initdb): Promise<string> {
    const directory = await pristine(this.containers, major, initdb);
    const { inner, pgdata } = imageOf(major, versionOf(major));
    const cluster = await new ClusterFiles().look(
      `${directory}${pgdata.slice(inner.length)}`,
    );
    return cluster?.control?.nextXid ?? "0";
  }

  async #askPristine(major: Major, initdb: Initdb, sql: string) {
    const directory = await pristine(this.containers, major, initdb);
    const copy = join(this.containers.place, "pristine-copy");
    await Deno.mkdir(this.containers.place, { recursive: true });
    await must("rm", "-rf", copy);
    await must("cp", "-a", directory, copy);
    const server = await serve(this.containers, major, copy, {
      name: "pristine",
      superuser: initdb.superuser,
    });
    try {
      return await mustAsk(server, "postgres", sql);
    } finally {
      await server.stop();
      await must("rm", "-rf", copy);
    }
  }
}

const PLAIN: Initdb = {
  superuser: "postgres",
  args: ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C"],
};

const isShared = (kind: string, columns: readonly Column[]) =>
  kind === "file setting" ||
  columns.some(({ catalog, shared }) => shared && catalog === kind);

async function databases(session: Session) {
  const out = await mustAsk(
    session,
    "template1",
    "SELECT json_build_array(encode(convert_to(datname::text, getdatabaseencoding()), 'hex'), pg_encoding_to_char(encoding)) FROM pg_database WHERE datallowconn ORDER BY oid <> 1, datname",
  );
  return linesOf(out).map(([hex, encoding]) => ({
    name: new TextDecoder().decode(
      Uint8Array.from(
        hex.match(/../g) ?? [],
        (pair) => Number.parseInt(pair, 16),
      ),
    ),
    encoding: String(encoding),
  }));
}

function note(
  into: Content,
  [kind, key, ...values]: Line,
  numbers: ReadonlyMap<string, string>,
  baseline: Baseline,
) {
  const named = (text: string) =>
    text.replace(
      /pg_toast_(\d+)/g,
      (all, number) =>
        numbers.has(number) ? `toast of ${numbers.get(number)}` : all,
    );
  const [value] = values;
  if (value === null || typeof value !== "object") {
    into.set(placeOf(kind, named(key), ""), JSON.stringify(values));
    return;
  }
  const made = baseline.rows[`${kind}${SEPARATOR}${key}`];
  for (const [column, text] of Object.entries(value)) {
    const shown = JSON.stringify(text);
    const changed = made === undefined ||
      JSON.stringify(made[column]) !== shown;
    if (changed || isAlways(kind, key)) {
      into.set(placeOf(kind, named(key), column), named(shown));
    }
  }
  if (made === undefined) into.set(placeOf(kind, named(key), ""), "there");
}

const isAlways = (kind: string, key: string) =>
  kind === "pg_database" || kind === "pg_authid" ||
  kind === "pg_namespace" && key === "schema public" ||
  kind === "pg_extension";

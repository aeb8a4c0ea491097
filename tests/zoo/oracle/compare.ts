import { RENAMED } from "./catalogs.ts";
import { explain } from "./explained.ts";
import type { Session } from "../host/psql.ts";
import { sayTheSame } from "./reread.ts";
import { type Held, partsOf, placeOf } from "./oracle.ts";

/** What two clusters do not hold alike. */

/** One value that is not the same. */
export interface Difference {
  readonly database: string;
  readonly catalog: string;
  readonly key: string;
  /** "" of a whole row. */
  readonly column: string;
  readonly old: string | undefined;
  readonly new: string | undefined;
}

/** From where to where, and how. */
export interface Way {
  readonly from: number;
  readonly to: number;
  readonly method: "dump" | "pg_upgrade";
}

export interface Compared {
  readonly unexplained: readonly Difference[];
  /** Reasons, and how many differences each explains. */
  readonly explained: ReadonlyMap<string, number>;
}

export const describe = (
  { catalog, column, database, key, new: next, old }: Difference,
) =>
  `${
    database === "" ? "cluster" : JSON.stringify(database)
  }: ${catalog} ${key}${column === "" ? "" : `, ${column}`}: ${
    old ?? "not there"
  } -> ${next ?? "not there"}`;

/**
 * All differences; those that a version's or a method's own way explains are
 * counted, and texts that the new server reads as one are none.
 */
export async function compare(
  old: Held,
  next: Held,
  way: Way,
  session: Session,
): Promise<Compared> {
  const explained = new Map<string, number>();
  const count = (reason: string) =>
    explained.set(reason, (explained.get(reason) ?? 0) + 1);
  const left: Difference[] = [];
  for (const difference of differences(old, next)) {
    const reason = explain(difference, way, { old, next });
    if (reason === undefined) left.push(difference);
    else count(reason);
  }
  const same = await sayTheSame(session, left, old);
  for (const _ of same) count("the new server writes the same in other words");
  return { unexplained: left.filter((it) => !same.has(it)), explained };
}

export function* differences(old: Held, next: Held): Generator<Difference> {
  const names = new Set([...old.databases.keys(), ...next.databases.keys()]);
  for (const database of names) {
    const [was, is] = [old, next].map(({ databases }) =>
      databases.get(database)
    );
    if (was === undefined || is === undefined) {
      yield {
        database,
        catalog: "database",
        key: database,
        column: "",
        old: was && "there",
        new: is && "there",
      };
      continue;
    }
    for (const place of new Set([...was.keys(), ...is.keys()])) {
      const [catalog = "", key = "", column = ""] = partsOf(place);
      if (column !== "" && !bothHave(old, next, catalog, column)) continue;
      // A row that is not there at all is one difference.
      const row = placeOf(catalog, key, "");
      if (column !== "" && was.has(row) !== is.has(row)) continue;
      const values = [[was, old], [is, next]] as const;
      const [before, after] = values.map(([content, block]) =>
        content.get(place) ?? pristineValue(block, catalog, key, column)
      );
      if (before === after) continue;
      yield { database, catalog, key, column, old: before, new: after };
    }
  }
}

function pristineValue(
  { baseline }: Held,
  catalog: string,
  key: string,
  column: string,
) {
  const row = baseline.rows[partsKey(catalog, key)];
  if (row === undefined || column === "") return undefined;
  return column in row ? JSON.stringify(row[column]) : undefined;
}

const partsKey = (catalog: string, key: string) =>
  placeOf(catalog, key, "").split(" \u2502 ").slice(0, 2).join(" \u2502 ");

/** A column that only one version has says nothing that the other could keep. */
function bothHave(old: Held, next: Held, catalog: string, column: string) {
  return [old, next].every(({ baseline }) =>
    baseline.columns.some((it) =>
      it.catalog === catalog && (RENAMED[it.name] ?? it.name) === column
    )
  );
}

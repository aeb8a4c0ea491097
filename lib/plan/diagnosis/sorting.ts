import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { askSorted, isSortedOtherwise } from "../facts/sorting.ts";

/** Text of a database that another library has sorted. */
export interface Sorted {
  readonly database: string;
  /** Of a collation of its own, "" of the database's. */
  readonly collation: string;
  /** What it was sorted by; null: musl. */
  readonly noted: string | null;
  /** What sorts it now; null: musl. */
  readonly actual: string | null;
  /** Indexes that depend on it. */
  readonly indexes: number;
}

/**
 * What was sorted by another version of a library than sorts it now, or by
 * another library: indexes over text may miss rows. A server before 15 does not
 * note it of a database.
 */
export async function sortedOtherwise(
  { env, name }: Container,
  major: number,
  ports: Ports,
): Promise<readonly Sorted[]> {
  const user = env["POSTGRES_USER"] || "postgres";
  const found = await askSorted({ name }, { major, names: [], user }, ports);
  return (found ?? []).flatMap(({ collations, database, uses }) =>
    collations.filter(isSortedOtherwise).map((it) => ({
      database,
      collation: it.own ? "" : it.name,
      noted: it.noted,
      actual: it.actual,
      indexes: uses.filter(([kind, collation]) =>
        kind === "index" && collation === it.number
      ).length,
    }))
  );
}

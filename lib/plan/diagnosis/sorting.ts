import * as v from "valibot";
import { assetPath } from "../../assets.ts";
import { psqlIn } from "../../job/psql.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { jsonText } from "../../base/json.ts";

const Answer = v.looseObject({
  database: v.string(),
  /** What its text was sorted by when it was made; null: musl, or bytes. */
  noted: v.nullable(v.string()),
  /** What sorts it now; null: musl, or bytes. */
  actual: v.nullable(v.string()),
});

/** A database whose text another library has sorted. */
export type Sorted = v.InferOutput<typeof Answer>;

/** A server before 15 notes it of no database. */
const FIRST = 15;

/**
 * Databases that were sorted by another version of the C library than sorts
 * them now, or by another library: their indexes over text may miss rows.
 */
export async function sortedOtherwise(
  { env, name }: Container,
  major: number,
  ports: Ports,
): Promise<readonly Sorted[]> {
  if (major < FIRST) return [];
  const path = assetPath("job/sql/sorting.sql");
  const sql = await ports.files.readText(path) ?? "";
  const user = env["POSTGRES_USER"] || "postgres";
  const question = { user, databases: ["template1"], sql };
  const { code, stdout } = await psqlIn(ports, name, question);
  if (code !== 0) return [];
  const found = v.safeParse(
    v.array(jsonText(Answer)),
    stdout.split("\n").filter((line) => line !== ""),
  );
  return found.success ? found.output : [];
}

import {
  type AskingCheck,
  type Finding,
  inDatabases,
  ok,
  refuse,
  type Told,
  warn,
} from "./check.ts";
import { lostNames } from "../facts/pathless.ts";
import type { Settings } from "../settings.ts";
import { first } from "../../base/format.ts";

/** The first version with a role that may read all rows, and is no superuser. */
const LOADER_SINCE = 14;

/** A person types no more of them at a time. */
const TYPED = 5;

/** What no way of upgrading finds, since it has no search path, as no restore has. */
function lostIn(
  databases: Told["databases"],
  method: Settings["method"],
): Finding | undefined {
  const found = databases.flatMap(({ name: database, pathless }) =>
    lostNames(pathless)
      // pg_upgrade keeps the rows as they are, so it computes no others.
      .filter(({ kind }) => method !== "pg_upgrade" || kind === "index")
      .map((it) => ({ ...it, database }))
  );
  if (found.length === 0) return undefined;
  const words = found.map(({ database, name, object, signature }) =>
    `${object} (in database ${
      JSON.stringify(database)
    }) calls ${signature}, which names ${name} without a schema`
  );
  const typed = found.map(({ database, schemas, signature }) =>
    `in database ${
      JSON.stringify(database)
    }: ALTER FUNCTION ${signature} SET search_path = ${
      [...schemas, "pg_temp"].join(", ")
    }`
  );
  const lines = [...new Set(typed)].slice(0, TYPED);
  return refuse(
    first(words),
    `No upgrade has a search path where it would be found. In the old server first, ${
      lines.join("; ")
    }`,
  );
}

export const expressions: AskingCheck = {
  name: "expressions",
  asks: true,
  about:
    "no index, constraint or generated column runs an ordinary role's code, or what only a search path finds",
  worst: "refuse",
  remedy:
    'do what plan says: read that code, or say where its names are; see "help security"',
  major: true,
  look({ databases, to }, { method }) {
    // The server simplifies them as it makes the table or plans a query of it, whoever asks.
    const folded = inDatabases(databases, (database) => database.folded);
    if (folded.length > 0) {
      return refuse(
        first(folded),
        "Both methods would run this function as the superuser: read it, then ALTER FUNCTION … OWNER TO a superuser; or drop the object for the upgrade",
      );
    }
    const unguarded = inDatabases(databases, (database) => database.unguarded);
    if (method !== "pg_upgrade" && unguarded.length > 0) {
      return refuse(
        first(unguarded),
        "The restore would run it as the superuser: use --method pg_upgrade, or drop it for the upgrade",
      );
    }
    const lost = lostIn(databases, method);
    if (lost !== undefined) return lost;
    const computed = inDatabases(databases, (database) => database.computed);
    if (computed.length === 0) return ok("none runs an ordinary role's code");
    if (method !== "pg_upgrade" && to.major < LOADER_SINCE) {
      return refuse(
        first(computed),
        `A restore into a version before ${LOADER_SINCE} would run it as the superuser: go to a later one, use --method pg_upgrade, or drop it for the upgrade`,
      );
    }
    // pg_upgrade keeps the rows as they are, so nothing is computed.
    return method === "pg_upgrade"
      ? ok("none is computed: the rows stay as they are")
      : warn(
        first(computed),
        "The restore runs it with the right to read all rows and to add some: read it first, or use --method pg_upgrade",
      );
  },
};

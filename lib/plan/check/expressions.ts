import { type AskingCheck, inDatabases, ok, refuse, warn } from "./check.ts";
import { first } from "../../base/format.ts";

/** The first version with a role that may read all rows, and is no superuser. */
const LOADER_SINCE = 14;

export const expressions: AskingCheck = {
  name: "expressions",
  asks: true,
  about:
    "no constraint, domain or generated column runs an ordinary role's code",
  worst: "refuse",
  remedy: 'read that code, or take --method pg_upgrade; see "help security"',
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

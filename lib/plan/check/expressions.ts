import { type Check, inDatabases, ok, refuse, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const expressions: Check = {
  name: "expressions",
  about:
    "no constraint, domain or generated column runs an ordinary role's code",
  worst: "refuse",
  remedy: 'read that code, or take --method pg_upgrade; see "help security"',
  major: true,
  look({ databases }, { method }) {
    const unguarded = inDatabases(databases, (database) => database.unguarded);
    if (method !== "pg_upgrade" && unguarded.length > 0) {
      return refuse(
        first(unguarded),
        "The restore would run it as the superuser: use --method pg_upgrade, or drop it for the upgrade",
      );
    }
    const computed = inDatabases(databases, (database) => database.computed);
    if (computed.length === 0) return ok("none runs an ordinary role's code");
    // pg_upgrade keeps the rows as they are, so nothing is computed.
    return method === "pg_upgrade"
      ? ok("none is computed: the rows stay as they are")
      : warn(
        first(computed),
        "The restore runs it with the right to read all rows and to add some: read it first, or use --method pg_upgrade",
      );
  },
};

import { type Check, ok, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const expressions: Check = {
  name: "expressions",
  about:
    "no constraint, domain or generated column runs an ordinary role's code",
  worst: "warn",
  remedy: 'read that code, or take --method pg_upgrade; see "help security"',
  major: true,
  look({ inside }, { method }) {
    const computed = inside.flatMap((database) =>
      database.computed.map((it) =>
        `${it} (in database ${JSON.stringify(database.name)})`
      )
    );
    if (computed.length === 0) return ok("none runs an ordinary role's code");
    // pg_upgrade keeps the rows as they are, so nothing is computed.
    return method === "pg_upgrade"
      ? ok("none is computed: the rows stay as they are")
      : warn(
        first(computed),
        "The restore runs it with rights to all rows: read it first, or use --method pg_upgrade",
      );
  },
};

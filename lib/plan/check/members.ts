import { first } from "../../base/format.ts";
import { type Check, inDatabases, ok, refuse } from "./check.ts";

export const members: Check = {
  name: "extension tables",
  about: "no table was added to an extension: no dump has it",
  worst: "refuse",
  remedy: "use --method pg_upgrade, or take it out of the extension",
  major: true,
  look({ databases }, { method }) {
    const added = inDatabases(databases, ({ memberTables }) => memberTables);
    if (added.length === 0) return ok("none was added");
    return method === "pg_upgrade"
      ? ok(`${first(added)}: pg_upgrade brings the rows along`)
      : refuse(
        `a dump leaves out ${first(added)}`,
        "Use --method pg_upgrade, or ALTER EXTENSION … DROP TABLE … first and ADD it again afterwards",
      );
  },
};

import { first } from "../../base/format.ts";
import { type AskingCheck, inDatabases, ok, refuse } from "./check.ts";

export const members: AskingCheck = {
  name: "extension tables",
  asks: true,
  about:
    "nothing was added to an extension or its tables that a dump leaves out",
  worst: "refuse",
  remedy: "use --method pg_upgrade, or take it out of the extension",
  major: true,
  look({ databases }, { method }) {
    const tables = inDatabases(databases, ({ memberTables }) => memberTables);
    const others = inDatabases(databases, ({ added }) => added);
    if (tables.length === 0 && others.length > 0 && method !== "pg_upgrade") {
      return refuse(
        `a dump leaves out ${first(others)}`,
        "Use --method pg_upgrade, or take it out of the extension (ALTER EXTENSION … DROP …), or drop it, and add it again afterwards",
      );
    }
    const added = [...tables, ...others];
    if (added.length === 0) return ok("none was added");
    return method === "pg_upgrade"
      ? ok(`${first(added)}: pg_upgrade brings it along`)
      : refuse(
        `a dump leaves out ${first(added)}`,
        "Use --method pg_upgrade, or ALTER EXTENSION … DROP TABLE … first and ADD it again afterwards",
      );
  },
};

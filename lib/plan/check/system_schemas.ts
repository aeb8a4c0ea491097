import { first } from "../../base/format.ts";
import { type AskingCheck, inDatabases, ok, refuse, warn } from "./check.ts";

export const systemSchemas: AskingCheck = {
  name: "system schemas",
  asks: true,
  about: "nothing of yours is in pg_catalog or information_schema",
  worst: "refuse",
  remedy: "move it to another schema, or drop it",
  major: true,
  look({ databases }) {
    const placed = inDatabases(databases, ({ systemObjects }) => systemObjects);
    if (placed.length > 0) {
      return refuse(
        `no way carries ${first(placed)}`,
        "It is in pg_catalog or information_schema: ALTER … SET SCHEMA, or drop it",
      );
    }
    const touched = inDatabases(databases, (database) => database.touched);
    return touched.length === 0 ? ok("none of yours") : warn(
      `no way carries what was changed of ${first(touched)}`,
      "It will be as initdb makes it: change it again afterwards, if it still is of use",
    );
  },
};

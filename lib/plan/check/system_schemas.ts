import { first } from "../../base/format.ts";
import { type Check, inDatabases, ok, refuse } from "./check.ts";

export const systemSchemas: Check = {
  name: "system schemas",
  about: "nothing of yours is in pg_catalog or information_schema",
  worst: "refuse",
  remedy: "move it to another schema, or drop it",
  major: true,
  look({ databases }) {
    const placed = inDatabases(databases, ({ systemObjects }) => systemObjects);
    return placed.length === 0 ? ok("none of yours") : refuse(
      `no way carries ${first(placed)}`,
      "It is in pg_catalog or information_schema: ALTER … SET SCHEMA, or drop it",
    );
  },
};

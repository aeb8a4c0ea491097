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
        `neither method can carry ${first(placed)}`,
        "It is in pg_catalog or information_schema: move it with ALTER … SET SCHEMA, or drop it",
      );
    }
    const touched = inDatabases(databases, (database) => database.touched);
    return touched.length === 0 ? ok("none of yours") : warn(
      `neither method can carry the changes to ${first(touched)}`,
      "The new cluster has it as initdb creates it: change it again afterwards, if you still need that",
    );
  },
};

import { type AskingCheck, inDatabases, ok, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const indexes: AskingCheck = {
  name: "indexes",
  asks: true,
  about: "no index is invalid",
  worst: "warn",
  remedy:
    "REINDEX it or DROP INDEX, since neither a dump nor pg_upgrade carries an unfinished one",
  major: true,
  look({ databases }) {
    const invalid = inDatabases(
      databases,
      ({ invalidIndexes }) => invalidIndexes,
    );
    return invalid.length === 0 ? ok("all are valid") : warn(
      `an invalid index: ${first(invalid)}`,
      "The new cluster will not have it: REINDEX it first, or DROP INDEX",
    );
  },
};

import { type Check, inDatabases, ok, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const indexes: Check = {
  name: "indexes",
  about: "no index is invalid",
  worst: "warn",
  remedy: "REINDEX or DROP INDEX: an unfinished one may fail to be built",
  major: true,
  look({ inside }) {
    const invalid = inDatabases(
      inside,
      ({ invalidIndexes }) => invalidIndexes,
    );
    return invalid.length === 0 ? ok("all are valid") : warn(
      `invalid is ${first(invalid)}`,
      "REINDEX or DROP INDEX first: where its rows are not unique the restore fails",
    );
  },
};

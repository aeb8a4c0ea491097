import { falls } from "../../compare/versions.ts";
import { refuse } from "../check/check.ts";
import type { Rule } from "./rule.ts";

/** The first version with other tables of its own. */
const OTHER = "5.0.0";

/**
 * Its version 5 has fewer columns in the table of its configuration, whose rows
 * a dump brings, and its own scripts drop a table that pg_upgrade has carried.
 */
export const pgPartman: Rule = {
  name: "pg_partman",
  look({ database: { name }, offered, to, version }) {
    if (version === "" || offered === "") return undefined;
    if (!falls(OTHER, version) || falls(OTHER, offered)) return undefined;
    return refuse(
      `pg_partman ${offered} of ${to.reference} has other tables of its own than ${version} (in database ${
        JSON.stringify(name)
      })`,
      "Bring it to 5 in the old PostgreSQL first, by an image of that which has both: ALTER EXTENSION pg_partman UPDATE; its own page: https://github.com/pgpartman/pg_partman/blob/development/doc/pg_partman_5.0.1_upgrade.md",
    );
  },
};

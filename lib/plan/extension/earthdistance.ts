import { first } from "../../base/format.ts";
import { falls } from "../../compare/versions.ts";
import { refuse } from "../check/check.ts";
import type { Rule } from "./rule.ts";

/** The first version whose functions say in which schema they mean their names; PostgreSQL 17 has it. */
const QUALIFIED = "1.2";

/**
 * Its functions before that name cube and earth without a schema. A restore, and
 * ANALYZE, have no search path where these are found: neither can build an index
 * on `ll_to_earth`, nor gather its statistics.
 */
export const earthdistance: Rule = {
  name: "earthdistance",
  look({ database: { calling, name }, offered, to }) {
    if (offered === "" || !falls(QUALIFIED, offered)) return undefined;
    const indexes = calling.filter(([, extension]) =>
      extension === "earthdistance"
    ).map(([index]) => index);
    if (indexes.length === 0) return undefined;
    return refuse(
      `earthdistance ${offered} of ${to.reference} finds its own names by a search path alone, which no restore has: ${
        first(indexes)
      } (in database ${JSON.stringify(name)})`,
      "Upgrade to PostgreSQL 17 or later, or DROP INDEX first and create it again afterwards",
    );
  },
};

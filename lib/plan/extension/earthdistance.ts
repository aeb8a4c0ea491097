import { first } from "../../base/format.ts";
import { falls } from "../../compare/versions.ts";
import { refuse } from "../check/check.ts";
import type { Rule } from "./rule.ts";

/** The first version whose functions say in which schema they mean their names; PostgreSQL 17 has it. */
const QUALIFIED = "1.2";

/**
 * Its functions before that name cube and earth without a schema. A restore has
 * no search path where these are found, nor has pg_upgrade, which makes each
 * index in the version that is in use: neither can make one on `ll_to_earth`.
 */
export const earthdistance: Rule = {
  name: "earthdistance",
  look({ database: { calling, name }, method, offered, to, version }) {
    const made = method === "pg_upgrade" ? version : offered;
    if (made === "" || !falls(QUALIFIED, made)) return undefined;
    const indexes = calling.filter(([, extension]) =>
      extension === "earthdistance"
    ).map(([index]) => index);
    if (indexes.length === 0) return undefined;
    return refuse(
      `earthdistance ${made} finds its own names by a search path alone, which no upgrade has: ${
        first(indexes)
      } (in database ${JSON.stringify(name)})`,
      `${
        method !== "pg_upgrade"
          ? "Upgrade to PostgreSQL 17 or later"
          : falls(QUALIFIED, offered)
          ? `Take an image with earthdistance ${QUALIFIED} and --method dump`
          : `Use --method dump, which makes it in ${to.reference}'s version ${offered}`
      }, or DROP INDEX first and create it again afterwards`,
    );
  },
};

import { refuse, warn } from "../check/check.ts";
import type { Rule } from "./rule.ts";

const PAGES = "https://docs.timescale.com/self-hosted/latest/upgrades/";

/**
 * A dump has its catalog and the rows of its chunks; what makes them hypertables
 * again is its own functions around the restore, and one version on both sides.
 */
export const timescaledb: Rule = {
  name: "timescaledb",
  look({ database: { name }, method, offered, to, version }) {
    const where = `(in database ${JSON.stringify(name)})`;
    if (method !== "pg_upgrade") {
      return refuse(
        `a plain dump does not carry the hypertables of timescaledb ${version} ${where}`,
        `Use --method pg_upgrade with an image that has timescaledb ${version} for both versions of PostgreSQL, and rehearse it first; Timescale's own ways: ${PAGES}`,
      );
    }
    return warn(
      `timescaledb ${version} ${where} is updated to ${offered} of ${to.reference}, which pgladder was not tried with`,
      `Rehearse the upgrade first; Timescale's own ways: ${PAGES}`,
    );
  },
};

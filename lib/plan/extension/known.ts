import { age } from "./age.ts";
import { earthdistance } from "./earthdistance.ts";
import { pgPartman } from "./pg_partman.ts";
import type { Rule } from "./rule.ts";
import { timescaledb } from "./timescaledb.ts";

export const RULES: readonly Rule[] = [
  age,
  earthdistance,
  pgPartman,
  timescaledb,
];

/** PostgreSQL's own (its manual, appendix F), which every version tests. */
const OWN =
  "adminpack amcheck autoinc bloom btree_gin btree_gist citext cube dblink dict_int dict_xsyn earthdistance file_fdw fuzzystrmatch hstore insert_username intagg intarray isn lo ltree moddatetime pageinspect pg_buffercache pg_freespacemap pg_prewarm pg_stat_statements pg_surgery pg_trgm pg_visibility pg_walinspect pgcrypto pgrowlocks pgstattuple plpgsql postgres_fdw refint seg sslinfo tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp xml2";

/** Others that the tests take from one version to the next: `tests/specs/extensions_test.ts`, `vectors_test.ts`, `preload_test.ts`, `hooks_test.ts`. */
const TRIED = "pg_cron postgis postgis_raster postgis_topology vector";

const KNOWN: ReadonlySet<string> = new Set([
  ...OWN.split(" "),
  ...TRIED.split(" "),
  ...RULES.map(({ name }) => name),
]);

/** It goes the common way, and nobody has seen it do so. */
export const isUnknown = (extension: string) => !KNOWN.has(extension);

import { refuse } from "../check/check.ts";
import type { Rule } from "./rule.ts";

/**
 * It finds each graph by the number of its schema, which its own table has: a
 * dump brings that number as it was, and the schema gets another one. What is
 * there can be read then, and nothing be written: "graph with oid … does not
 * exist". pg_upgrade itself refuses the column (`types.ts`).
 */
export const age: Rule = {
  name: "age",
  look({ database: { name }, method, version }) {
    return method === "pg_upgrade" ? undefined : refuse(
      `no upgrade carries the graphs of age ${version} (in database ${
        JSON.stringify(name)
      }): a dump has their numbers as they were, which the new cluster does not know`,
      "Write out what graphs there are, drop_graph and DROP EXTENSION age first, and make them again afterwards",
    );
  },
};

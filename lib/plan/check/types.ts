import { type AskingCheck, ok, refuse } from "./check.ts";
import { first } from "../../base/format.ts";

export const types: AskingCheck = {
  name: "types",
  asks: true,
  about: "every column's type is one that the way of upgrading can carry",
  worst: "refuse",
  remedy: "ALTER TABLE … ALTER COLUMN … TYPE, or --method dump",
  major: true,
  look({ databases }, { method }) {
    const of = (kind: "removedTypes" | "numberedTypes" | "tablesWithOids") =>
      databases.flatMap((database) =>
        database[kind].map((it) =>
          `${it} in database ${JSON.stringify(database.name)}`
        )
      );
    const hidden = of("tablesWithOids");
    if (hidden.length > 0) {
      return refuse(
        `later versions do not support the WITH OIDS of ${first(hidden)}`,
        "ALTER TABLE … SET WITHOUT OIDS first. If you need the numbers, copy them into a column before",
      );
    }
    const removed = of("removedTypes");
    if (removed.length > 0) {
      return refuse(
        `later versions do not have the type of ${first(removed)}`,
        "ALTER TABLE … ALTER COLUMN … TYPE timestamptz or interval first",
      );
    }
    const numbered = method === "pg_upgrade" ? of("numberedTypes") : [];
    return numbered.length === 0 ? ok("all can come along") : refuse(
      `pg_upgrade cannot keep the numbers in ${first(numbered)}`,
      "Use --method dump, or change the column to text for the upgrade",
    );
  },
};

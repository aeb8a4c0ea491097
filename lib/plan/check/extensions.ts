import { type Check, inDatabases, ok, refuse, warn } from "./check.ts";
import type { Contents, ExtensionSchema } from "../facts/image_contents.ts";
import { first } from "../../base/format.ts";

/** What CREATE EXTENSION would say of an extension that is in that schema. */
function displacedIn(
  { schemas }: Contents,
  { extension, schema }: ExtensionSchema,
): string[] {
  const wanted = schemas.find((it) => it.extension === extension)?.schema;
  return wanted === undefined || wanted === schema ? [] : [
    `${extension} in the schema ${JSON.stringify(wanted)} alone, not in ${
      JSON.stringify(schema)
    }`,
  ];
}

export const extensions: Check = {
  name: "extensions",
  about:
    "the new image has every extension that is in use, and can make it in its schema",
  worst: "refuse",
  remedy:
    "take an image that has it, use --method pg_upgrade, or drop the extension",
  major: true,
  look({ contents, databases, to }, { method }) {
    if (!contents.extensions.includes("plpgsql")) {
      return warn(
        `what extensions ${to.reference} has cannot be read`,
        "Look yourself whether it has all that are in use",
      );
    }
    const missing = inDatabases(
      databases,
      ({ extensions }) =>
        extensions.filter((it) => !contents.extensions.includes(it)),
    );
    if (missing.length > 0) {
      return refuse(
        `${to.reference} does not have ${first(missing)}`,
        "Take an image that has it, or DROP EXTENSION",
      );
    }
    // A dump makes each anew, where it was; pg_upgrade keeps what there is.
    const displaced = method === "pg_upgrade" ? [] : inDatabases(
      databases,
      ({ extensionSchemas }) =>
        extensionSchemas.flatMap((it) => displacedIn(contents, it)),
    );
    if (displaced.length > 0) {
      return refuse(
        `${to.reference} has ${first(displaced)}`,
        "Use --method pg_upgrade, which leaves it where it is, and rehearse that first",
      );
    }
    const used = new Set(databases.flatMap(({ extensions }) => extensions));
    return ok([...used].sort().join(", "));
  },
};

import { type AskingCheck, inDatabases, ok, refuse, warn } from "./check.ts";
import type {
  Contents,
  ExtensionSchema,
  ExtensionVersion,
} from "../facts/image_contents.ts";
import { first } from "../../base/format.ts";
import { falls } from "../../compare/versions.ts";
import type { Settings } from "../settings.ts";

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

/** Whether the image's scripts lead from one version to another. */
function leads(
  { updates }: Contents,
  extension: string,
  [from, to]: readonly [string, string],
): boolean {
  const found = new Set([from]);
  // What is added while it is looped over is looped over, too.
  for (const at of found) {
    for (const it of updates) {
      if (it.extension === extension && it.from === at) found.add(it.to);
    }
  }
  return found.has(to);
}

/** A phrase where what is offered does not go with what is in use, else nothing. */
function misfit(
  contents: Contents,
  { extension, version }: ExtensionVersion,
  offered: string,
  method: Settings["method"],
): string {
  if (offered === version) return "";
  if (falls(version, offered)) {
    return `${extension} ${offered}, lower than ${version}`;
  }
  return method === "pg_upgrade" &&
      !leads(contents, extension, [version, offered])
    ? `${extension} ${offered} without a script from ${version}`
    : "";
}

/** How the image's version does not go with the one that is in use. */
function misfits(
  contents: Contents,
  { extension, version }: ExtensionVersion,
  method: Settings["method"],
): string[] {
  if (version === "") return [];
  // An image of several majors has one for each, and the right one is among them.
  const all = contents.versions.filter((it) => it.extension === extension)
    .map((it) => misfit(contents, { extension, version }, it.version, method));
  const [first] = all;
  return first === undefined || all.includes("") ? [] : [first];
}

export const extensions: AskingCheck = {
  name: "extensions",
  asks: true,
  about:
    "the new image has every extension that is in use, not in a lower version, and can make it in its schema",
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
    // A dump makes each again, where it was; pg_upgrade keeps what there is.
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
    const misfit = inDatabases(
      databases,
      ({ extensionSchemas }) =>
        extensionSchemas.flatMap((it) => misfits(contents, it, method)),
    );
    if (misfit.length > 0) {
      return refuse(
        `${to.reference} has ${first(misfit)}`,
        "Take an image with the same version or a later one, or DROP EXTENSION",
      );
    }
    const used = new Set(databases.flatMap(({ extensions }) => extensions));
    return ok([...used].sort().join(", "));
  },
};

import {
  type AskingCheck,
  type Finding,
  inDatabases,
  offeredOf,
  ok,
  refuse,
  type Told,
  updateInOld,
  warn,
} from "./check.ts";
import { isUnknown, RULES } from "../extension/known.ts";
import type { DatabaseFacts } from "../facts/server.ts";
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

/** What the old server could be updated to, if the new image leads on from there. */
function updateFirst(
  contents: Contents,
  database: DatabaseFacts,
): string | undefined {
  for (const { extension, version } of database.extensionSchemas) {
    const later = offeredOf(database, extension);
    if (later === undefined) continue;
    const before = { extension, version };
    const after = { extension, version: later };
    if (
      misfits(contents, before, "pg_upgrade").length > 0 &&
      misfits(contents, after, "pg_upgrade").length === 0
    ) {
      return updateInOld(database.name, extension, later);
    }
  }
  return undefined;
}

/** Extensions whose library is gone from the image that runs, and where it was looked for. */
function unserved({ libraries }: DatabaseFacts): string[] {
  return libraries.filter(([, extension, there]) => extension && !there)
    .map(([library, extension]) => `${extension}, "${library}"`);
}

/** What is wrong with the old image itself: a dump needs its libraries, pg_upgrade those of the new one. */
function oldImage(
  { databases, from }: Told,
  method: Settings["method"],
): Finding | undefined {
  if (method === "pg_upgrade") return undefined;
  const gone = inDatabases(databases, unserved);
  if (gone.length === 0) return undefined;
  const update = databases.flatMap((database) =>
    database.libraries.flatMap(([, extension, there]) => {
      const version = offeredOf(database, extension);
      return there || version === undefined ? [] : [
        updateInOld(database.name, extension, version),
      ];
    })
  );
  return refuse(
    `${from.reference} itself does not have the library of ${first(gone)}`,
    update[0] ??
      "Let an image serve the data that has it, or DROP EXTENSION: no dump can read what it has made",
  );
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

/** What is known of those in use beyond what is true of every one. */
function findingsOf(
  { contents, databases, to }: Told,
  method: Settings["method"],
): Finding[] {
  return databases.flatMap((database) =>
    database.extensionSchemas.flatMap(({ extension, version }) => {
      const rule = RULES.find(({ name }) => name === extension);
      const offered = contents.versions.find((it) =>
        it.extension === extension
      )?.version ?? "";
      return rule?.look({ database, version, offered, to, method }) ?? [];
    })
  );
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
  look(told, { method }) {
    const { contents, databases, to } = told;
    const broken = oldImage(told, method);
    if (broken !== undefined) return broken;
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
        databases.flatMap((it) => updateFirst(contents, it) ?? [])[0] ??
          "Take an image with the same version or a later one, or DROP EXTENSION",
      );
    }
    const known = findingsOf(told, method);
    const worst = known.find(({ level }) => level === "refuse") ?? known[0];
    if (worst !== undefined) return worst;
    const used = [...new Set(databases.flatMap((it) => it.extensions))].sort();
    const unknown = used.filter(isUnknown);
    return ok(
      `${used.join(", ")}${
        unknown.length === 0
          ? ""
          : `; pgladder knows nothing of ${
            unknown.join(", ")
          } and treats it as every other: rehearse it`
      }`,
    );
  },
};

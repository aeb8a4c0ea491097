import * as v from "valibot";
import { assetPath } from "../assets.ts";
import { fromBase64 } from "../base/base64.ts";
import { readJson } from "../base/json.ts";
import type { Ports } from "../port/ports.ts";
import { psqlIn } from "./psql.ts";

/**
 * What a server reads outside of its data, where no image of another vendor
 * would look for it, and the files that it becomes.
 */

const NAME = /^[A-Za-z_][A-Za-z0-9_.]*$/;

/** In base64, since whoever wrote it knew of no encoding; carried as UTF-8. */
const fileText = v.pipe(
  v.string(),
  v.transform((word) => fromBase64(word) ?? "\uFFFD"),
  v.check((text) => !text.includes("\uFFFD")),
);

const OutsideSchema = v.looseObject({
  /** In files outside of the data, and in the command's words, which win. */
  settings: v.array(v.tuple([v.string(), v.string()])),
  hba: fileText,
  ident: v.nullable(fileText),
  dataDirectory: v.string(),
  port: v.number(),
});

export type Outside = v.InferOutput<typeof OutsideSchema>;

/** Undefined where it does not answer, or not in words that can be carried. */
export async function askOutside(
  { container, superuser }: {
    readonly container: string;
    readonly superuser: string;
  },
  ports: Ports,
): Promise<Outside | undefined> {
  const path = assetPath("job/sql/outside.sql");
  const { code, stdout } = await psqlIn(ports, container, {
    user: superuser,
    databases: ["template1"],
    sql: await ports.files.readText(path) ?? "",
  });
  const read = readJson(OutsideSchema, stdout);
  return code === 0 && read.success ? read.output : undefined;
}

/** Where the image's own programs and logs are, and nothing of the operator's. */
const OWN_PLACE = /^\/(opt\/)?bitnami\//;
/** The new image names these itself. */
const PLACES = [
  "config_file",
  "data_directory",
  "external_pid_file",
  "hba_file",
  "ident_file",
];

/** What of it comes along, and the names of what does not. */
export function bringsAlong({ dataDirectory, hba, settings }: Outside) {
  const stays = ([name, value]: readonly [string, string]) =>
    PLACES.includes(name) ||
    OWN_PLACE.test(value) && !value.startsWith(`${dataDirectory}/`) &&
      !/^ssl_/.test(name);
  const known = settings.filter(([name, value]) =>
    NAME.test(name) && !value.includes("\0")
  );
  const reads = /^[^#\n]*?(?:^|[\s,])(@[^\s,]+)|^\s*(include\w*\s.*)/m.exec(
    hba,
  );
  return {
    settings: known.filter((it) => !stays(it)),
    left: known.filter(stays).map(([name]) => name)
      .filter((name) => !PLACES.includes(name)),
    /** What else pg_hba.conf names. */
    ...(reads === null ? {} : { reads: (reads[1] ?? reads[2] ?? "").trim() }),
  };
}

/** The three files, by the names that they have in a data directory. */
export function filesOf(outside: Outside): Readonly<Record<string, string>> {
  const lines = bringsAlong(outside).settings.map(([name, value]) =>
    `${name} = '${escaped(value)}'`
  );
  const { hba, ident } = outside;
  return {
    "postgresql.conf": `${lines.join("\n")}\n`,
    "pg_hba.conf": hba,
    ...(ident === null ? {} : { "pg_ident.conf": ident }),
  };
}

/** In a configuration file a backslash begins an escape. */
const escaped = (value: string) =>
  value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("'", "''");

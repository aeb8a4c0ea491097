import type { Facts } from "../facts/facts.ts";
import type { DatabaseFacts } from "../facts/server.ts";
import type { Settings } from "../settings.ts";

/** One preflight check: a pure look at the facts. */
export interface Check {
  /** As `plan` lists it. */
  readonly name: string;
  /** One sentence: what it is about, for `help checks`. */
  readonly about: string;
  /** Of no meaning to a minor upgrade, which keeps cluster and volume. */
  readonly major?: true;
  /** The worst that it can say. */
  readonly worst: "warn" | "refuse";
  /** One phrase for `help checks`: what to do about it. */
  readonly remedy: string;
  /** Only a server can tell what it looks at. */
  readonly asks?: true;
  /** The disk tells of it, too: what it refuses by that need not be asked. */
  readonly onDisk?: true;
  look(facts: Facts, settings: Settings): Finding;
}

/** What there is to look at once a server was asked. */
export type Told =
  & Pick<
    Facts,
    | "server"
    | "databases"
    | "contents"
    | "from"
    | "to"
    | "libcs"
    | "untold"
    | "leaving"
    | "trial"
  >
  & {
    /** Nobody can do anything in it until it serves again. */
    readonly unserved?: { readonly container: { readonly name: string } };
  };

/** One on what the server answers, who may not have been asked yet. */
export interface AskingCheck extends Check {
  readonly asks: true;
  look(facts: Told, settings: Pick<Settings, "method">): Finding;
}

export interface Finding {
  readonly level: "ok" | "warn" | "refuse";
  /** A phrase: what was found. */
  readonly found: string;
  /** A sentence: what to do about it. */
  readonly remedy?: string;
}

export const ok = (found: string): Finding => ({ level: "ok", found });
export const warn = (found: string, remedy: string): Finding => ({
  level: "warn",
  found,
  remedy,
});
export const refuse = (found: string, remedy: string): Finding => ({
  level: "refuse",
  found,
  remedy,
});

/** What a look at each database finds, with the database's name. */
export function inDatabases(
  inside: Facts["databases"],
  of: (database: Facts["databases"][number]) => readonly string[],
): string[] {
  return inside.flatMap((database) =>
    of(database).map((it) =>
      `${it} (in database ${JSON.stringify(database.name)})`
    )
  );
}

/** The version that the old image would update an extension to. */
export function offeredOf(
  { offered }: Pick<DatabaseFacts, "offered">,
  extension: string | undefined,
): string | undefined {
  return offered.find(([it]) => it === extension)?.[1];
}

/** What to type so that an extension of that database has another version. */
export function updateInOld(
  database: string,
  extension: string,
  version: string,
): string {
  const name = /^[a-z_][a-z0-9_]*$/.test(extension)
    ? extension
    : `"${extension.replaceAll('"', '""')}"`;
  return `In the old server first, in database ${
    JSON.stringify(database)
  }: ALTER EXTENSION ${name} UPDATE TO '${version.replaceAll("'", "''")}'`;
}

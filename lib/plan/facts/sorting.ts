import * as v from "valibot";
import type { Image, Plan } from "../../../journal/plan.ts";
import { assetPath } from "../../assets.ts";
import { Failure } from "../../base/failure.ts";
import { jsonText, readJson } from "../../base/json.ts";
import { psqlIn } from "../../job/psql.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { ServerFacts } from "./server.ts";

/** How text is sorted: by whom it was, by whom it will be, and what depends on it. */

const version = v.nullable(v.string());

const CollationSchema = v.looseObject({
  number: v.number(),
  /** The database's own. */
  own: v.boolean(),
  name: v.string(),
  provider: v.picklist(["c", "i"]),
  locale: v.string(),
  /** The version that its text was sorted by; null: by musl, or not noted. */
  noted: version,
  /** The version that sorts it now; null: musl, or not to be known. */
  actual: version,
});

const KINDS = ["index", "range", "check", "matview"] as const;

const DatabaseSchema = v.looseObject({
  database: v.string(),
  collations: v.array(CollationSchema),
  /** Kind, collation's number, name, bytes, and whether it forbids duplicates. */
  uses: v.array(v.tuple([
    v.picklist(KINDS),
    v.number(),
    v.string(),
    v.number(),
    v.boolean(),
  ])),
});

export type SortedDatabase = v.InferOutput<typeof DatabaseSchema>;
export type Collation = v.InferOutput<typeof CollationSchema>;

/** Something that depends on an order that is no longer the same. */
export interface Dependent {
  readonly kind: typeof KINDS[number];
  readonly database: string;
  readonly name: string;
  readonly bytes: number;
  readonly unique: boolean;
}

export interface SortingFacts {
  /** By which versions, before and after: the plan's own words. */
  readonly libraries: Omit<NonNullable<Plan["sorting"]>, "bytes">;
  readonly dependents: readonly Dependent[];
  /** Databases and collations whose versions are not those that sort now. */
  readonly stale: readonly string[];
  /** Something is sorted otherwise, or a version is to be noted. */
  readonly needed: boolean;
}

/** Earlier servers cannot be asked for all of it. */
export const FIRST_ASKED = 12;
/** Earlier servers do not know by what a database was sorted. */
const FIRST_NOTING = 15;

/**
 * What sorts otherwise in a minor upgrade, or has begun to since the data were
 * sorted. Undefined where the server is too old to say it.
 *
 * @throws {Failure} it does not answer
 */
export async function findSorting(
  { container, from, libcs, server, to }: {
    readonly container: Container;
    readonly server: ServerFacts;
    readonly from: Image;
    readonly to: Image;
    readonly libcs: { readonly from: string; readonly to: string };
  },
  ports: Ports,
): Promise<SortingFacts | undefined> {
  if (from.major < FIRST_ASKED || from.major !== to.major) return undefined;
  const names = server.databases
    .filter(({ connect, valid }) => connect && valid)
    .map(({ name }) => name);
  const user = server.superuser;
  const databases = await askSorted(
    container,
    { major: from.major, names, user },
    ports,
  );
  if (databases === undefined) {
    throw new Failure("no-answer", {
      name: container.name,
      reason: "its databases do not say how they sort text",
      hint: "See what its log says, then type the same again",
    });
  }
  const locales = localesOf(databases);
  const isSame = from.id === to.id ||
    libcs.from === libcs.to && locales.length === 0;
  const after = isSame ? undefined : await versionsIn(to.id, locales, ports);
  return judged(databases, {
    from: plain(libcs.from),
    to: isSame ? plain(libcs.from) : after?.libc || plain(libcs.to),
  }, isSame ? undefined : after?.icu ?? new Map());
}

/** "2.41" of "glibc 2.41", "" of musl, which has no version for PostgreSQL. */
function plain(libc: string): string {
  return /^glibc (\d[\d.]*)$/.exec(libc)?.[1] ?? "";
}

/** Everything that each database sorts by a library. */
export async function askSorted(
  { name }: Pick<Container, "name">,
  { major, names, user }: {
    readonly major: number;
    readonly names: readonly string[];
    readonly user: string;
  },
  ports: Ports,
): Promise<readonly SortedDatabase[] | undefined> {
  if (major < FIRST_ASKED) return undefined;
  const [body = "", facts = ""] = await Promise.all(
    ["sorted", "sorted_facts"].map((it) =>
      ports.files.readText(assetPath(`job/sql/${it}.sql`))
    ),
  );
  const actual = major < FIRST_NOTING
    ? "NULL::text"
    : "pg_database_collation_actual_version(d.oid)";
  const sql = `${
    body.replace(/^--.*$/gm, "").replace(":actual", actual)
  }${facts}`;
  const { code, stdout } = await psqlIn(ports, name, {
    user,
    databases: names,
    sql,
  });
  const found = v.safeParse(
    v.array(jsonText(DatabaseSchema)),
    stdout.split("\n").filter((line) => line !== ""),
  );
  return code === 0 && found.success ? found.output : undefined;
}

function localesOf(databases: readonly SortedDatabase[]): readonly string[] {
  const locales = databases.flatMap(({ collations }) =>
    collations.filter(({ provider }) => provider === "i")
      .map(({ locale }) => locale)
  );
  return [...new Set(locales)];
}

/**
 * By what an image's own server would sort: a throw-away cluster with nothing
 * in it says it of the C library, and of ICU for each locale.
 */
const SCRIPT = `
bin=$(dirname "$(readlink -f "$(command -v postgres)")")
dir=$(mktemp -d)
export PGHOST=$dir PGUSER=postgres PGDATABASE=postgres PGOPTIONS='-c client_min_messages=error'
"$bin/initdb" -D "$dir/data" -U postgres -A trust -N --no-locale -E UTF8 >/dev/null &&
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-c listen_addresses= -c unix_socket_directories=$dir -c fsync=off -c max_connections=5 -c shared_buffers=16MB" start >/dev/null || exit
"$bin/psql" -XAtqc "select json_build_object('libc', pg_collation_actual_version(oid)) from pg_collation
  where collprovider = 'c' and collcollate !~* '^(C|POSIX)([.]|$)' and pg_collation_actual_version(oid) is not null limit 1"
for locale; do
  "$bin/psql" -XAtq -v locale="$locale" <<'EOF'
create collation asked (provider = icu, locale = :'locale');
select json_build_object('locale', :'locale', 'version', collversion) from pg_collation where collname = 'asked';
drop collation asked;
EOF
done
"$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null`;

const SaidSchema = v.union([
  v.looseObject({ libc: v.string() }),
  v.looseObject({ locale: v.string(), version: v.string() }),
]);

async function versionsIn(
  image: string,
  locales: readonly string[],
  { containers }: Ports,
): Promise<{ libc: string; icu: ReadonlyMap<string, string> }> {
  const { stdout } = await containers.probe(
    image,
    ["bash", "-c", SCRIPT, "pgladder", ...locales],
    "postgres",
  );
  let libc = "";
  const icu = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const said = readJson(SaidSchema, line);
    if (!said.success) continue;
    if ("libc" in said.output) libc = String(said.output.libc);
    else icu.set(said.output.locale, said.output.version);
  }
  return { libc, icu };
}

/** @param after ICU's versions by locale; undefined: they are as they are now */
export function judged(
  databases: readonly SortedDatabase[],
  libc: { readonly from: string; readonly to: string },
  after: ReadonlyMap<string, string> | undefined,
): SortingFacts {
  const icu = new Map<string, { locale: string; from: string; to: string }>();
  const dependents: Dependent[] = [];
  const stale: string[] = [];
  let needed = false;
  for (const { collations, database, uses } of databases) {
    const affected = new Set<number>();
    for (const it of collations) {
      const now = it.actual ?? "";
      const then = it.provider === "c"
        ? libc.to
        : after === undefined
        ? now
        : after.get(it.locale) ?? "";
      if (it.provider === "i") {
        icu.set(it.locale, { locale: it.locale, from: now, to: then });
      }
      const isStale = isSortedOtherwise(it);
      if (isStale) stale.push(nameOf(database, it));
      const changes = it.provider === "c"
        ? libc.from !== libc.to
        : now !== then;
      if (isStale || changes) affected.add(it.number);
    }
    needed ||= collations.some(({ number, own }) =>
      own && affected.has(number)
    );
    const seen = new Set<string>();
    for (const [kind, collation, name, bytes, unique] of uses) {
      const key = `${kind} ${name}`;
      if (!affected.has(collation) || seen.has(key)) continue;
      seen.add(key);
      dependents.push({ kind, database, name, bytes, unique });
    }
  }
  return {
    libraries: { libc: { ...libc }, icu: [...icu.values()] },
    dependents,
    stale,
    needed: needed || stale.length > 0 || dependents.length > 0,
  };
}

/**
 * Another version has sorted it than sorts it now. Of a collation that was made
 * by hand long ago none may be noted, which says nothing.
 */
export function isSortedOtherwise({ actual, noted, own }: Collation): boolean {
  if (noted === actual) return false;
  return own || noted !== null && actual !== null;
}

function nameOf(database: string, { name, own }: Collation): string {
  const place = JSON.stringify(database);
  return own ? place : `collation ${JSON.stringify(name)} in ${place}`;
}

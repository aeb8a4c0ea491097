import type { Question } from "./image.ts";
import type { ServerFacts } from "./server.ts";

/** An extension and the schema that it is in, or has to be in. */
export interface ExtensionSchema {
  readonly extension: string;
  readonly schema: string;
}

/** An extension's version. */
export interface ExtensionVersion {
  readonly extension: string;
  readonly version: string;
}

export interface ExtensionUpdate {
  readonly extension: string;
  readonly from: string;
  readonly to: string;
}

/** What an image brings for the clusters that it serves. */
export interface Contents {
  /** Extensions that CREATE EXTENSION would find. */
  readonly extensions: readonly string[];
  /** Those of them that can be made in one schema alone. */
  readonly schemas: readonly ExtensionSchema[];
  /** What CREATE EXTENSION would make of each; nothing of those that do not say so. */
  readonly versions: readonly ExtensionVersion[];
  /** From which version to which other one each can be updated, in one step. */
  readonly updates: readonly ExtensionUpdate[];
  /** Libraries that the server could preload, without ".so". */
  readonly libraries: readonly string[];
  /** Locales of its C library, as `locale -a` prints them. */
  readonly locales: readonly string[];
  /** Of the settings that were asked for, those that its server does not know. */
  readonly unknownSettings: readonly string[];
  /** Whether its server knows the option that some stamp columns with. */
  readonly stamps: boolean;
}

/**
 * Every line says first what it is about. The old server's major version and the
 * settings come as arguments: the server's own list leaves out those for
 * developers, so it is asked for each that is not there, on a data directory
 * with nothing in it. A minor upgrade keeps the cluster, so nobody looks.
 *
 * Where the control file of an extension, or of its default version, names a
 * schema, CREATE EXTENSION accepts no other.
 */
const SCRIPT = `
[[ ! "$(postgres --version) " =~ " $1"[^0-9] ]] || exit 0
shift
shopt -s nullglob
bin=$(dirname "$(readlink -f "$(command -v postgres)")")
line="^[[:space:]]*(schema|default_version)[[:space:]]*=?[[:space:]]*('([^']*)'|[^'#[:space:]]+)"
settings() {
  local text value
  while read -r text || [[ $text ]]; do
    [[ $text =~ $line ]] || continue
    value=\${BASH_REMATCH[2]} && [[ $value != \\'* ]] || value=\${BASH_REMATCH[3]}
    printf -v "\${BASH_REMATCH[1]}" %s "$value"
  done <"$1"
}
for file in /usr/share/postgresql/*/extension/*.control /usr/local/share/postgresql/extension/*.control \
  "$bin"/../share/extension/*.control "$bin"/../share/postgresql/extension/*.control; do
  name=\${file##*/} && name=\${name%.control} && printf 'extension %s\n' "$name"
  [[ $name != *--* ]] || continue
  schema='' default_version='' && settings "$file"
  [[ ! -e \${file%.control}--$default_version.control ]] || settings "\${file%.control}--$default_version.control"
  [[ ! $schema ]] || printf 'schema %s/%s\n' "$name" "$schema"
  [[ ! $default_version ]] || printf 'version %s/%s\n' "$name" "$default_version"
  for script in "\${file%.control}"--*--*.sql; do
    script=\${script##*/} && script=\${script%.sql} && printf 'update %s\n' "$script"
  done
done
! grep -aqs pg_attver "$bin/postgres" || echo 'stamps yes'
for file in "$bin"/../lib/*.so "$bin"/../lib/postgresql/*.so; do
  name=\${file##*/} && printf 'library %s\n' "\${name%.so}"
done
locale -a 2>/dev/null | sed 's/^/locale /'
known=$(postgres --describe-config 2>/dev/null | cut -f1)
directory=$(mktemp -d) && : >"$directory/postgresql.conf"
for name; do
  grep -qixF -- "$name" <<<"$known" ||
    ! postgres -C "$name" -D "$directory" 2>&1 | grep -q 'unrecognized configuration parameter' ||
    printf 'unknown %s\n' "$name"
done`;

/** What the new image is asked, in view of the old server. */
export function askContents(
  { granted, roleSettings, set, version }: Pick<
    ServerFacts,
    "granted" | "roleSettings" | "set" | "version"
  >,
  isLeft = false,
): Question {
  // A name with a dot is an extension's, whose library says whether it is known.
  const names = [...set, ...granted, ...roleSettings.map(({ name }) => name)]
    .filter((name) => !name.includes("."));
  return {
    script: SCRIPT,
    // Another vendor's cluster is not kept, whatever its version.
    words: [String(isLeft ? 0 : Number.parseInt(version)), ...new Set(names)],
  };
}

/** What it answered. */
export function contentsIn(printed: string): Contents {
  const of = (kind: string) => [
    ...new Set(
      printed.split("\n").filter((line) => line.startsWith(`${kind} `))
        .map((line) => line.slice(kind.length + 1)),
    ),
  ];
  const pairsOf = (kind: string) =>
    of(kind).filter((it) => it.includes("/")).map((it) => {
      const at = it.indexOf("/");
      return [it.slice(0, at), it.slice(at + 1)] as const;
    });
  return {
    extensions: of("extension"),
    schemas: pairsOf("schema").map(([extension, schema]) => ({
      extension,
      schema,
    })),
    versions: pairsOf("version").map(([extension, version]) => ({
      extension,
      version,
    })),
    updates: of("update").flatMap((it) => {
      const [extension, from, to, ...more] = it.split("--");
      return extension && from && to && more.length === 0
        ? [{ extension, from, to }]
        : [];
    }),
    libraries: of("library"),
    locales: of("locale"),
    unknownSettings: of("unknown"),
    stamps: of("stamps").length > 0,
  };
}

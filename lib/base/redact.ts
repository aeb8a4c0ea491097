import * as v from "valibot";
import { readJson } from "./json.ts";

/**
 * Takes secrets and rows out of text that leaves a cluster or the host: one
 * place for all. Where a text has a structure that is what decides: of an
 * environment all values but those of harmless names, of SQL the literals
 * behind names that are not known to be harmless. Elsewhere what looks like a
 * secret is one: a report with too little in it is asked about, a password
 * that got out stays out.
 */

const GONE = "[removed]";

/** Parts of names whose values are nobody's business. */
const SECRET_NAME =
  "[\\w.-]{0,64}(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|credential|auth)[\\w.-]{0,64}";

/** One word of a shell or of a list, however it is quoted; commas are part of it. */
const VALUE =
  `(?:\\\\"(?:[^"\\\\])*\\\\"|"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|[^\\s"'\\\\]|\\\\(?!["']))+`;

/** Of an environment: what says how an image works, and no more. */
const HARMLESS_VARIABLE =
  /^(PATH|HOME|HOSTNAME|TERM|TZ|LANG|LANGUAGE|LC_\w+|GOSU_VERSION|PG_\w*(MAJOR|VERSION)|PGDATA|PGHOST|PGPORT|PGUSER|PGDATABASE|POSTGRES_(USER|DB|INITDB_ARGS|INITDB_WALDIR|HOST_AUTH_METHOD)|DOCKER_PG_LLVM_DEPS|NSS_WRAPPER_\w+|\w+_FILE|NAME|PRETTY_NAME|ID|ID_LIKE|VERSION|VERSION_\w+|BUILD_ID|VARIANT\w*|PODMAN_SYSTEMD_UNIT|NOTIFY_SOCKET|PGLADDER_(OWNER|DIRECTION|CONTAINER|UNIT|FROM_IMAGE|TO_IMAGE|FROM_MOUNT|TO_MOUNT|VOLUME|LOG|RESULT|COMMAND_FILE|SELF|LIBC))$/;

/** Of a server, a user mapping, a publication …: options that say where and how. */
const HARMLESS_OPTION =
  /^(host|hostaddr|port|dbname|user|schema_name|table_name|column_name|fetch_size|batch_size|updatable|truncatable|use_remote_estimate|fdw_startup_cost|fdw_tuple_cost|extensions|async_capable|keep_connections|analyze_sampling|sslmode|format|header|delimiter|encoding|publish|publish_via_partition_root|streaming|two_phase|origin|slot_name|synchronous_commit|binary|provider|locale|lc_collate|lc_ctype|deterministic)$/i;

/** Settings of the server itself that hold a command or an address with a secret. */
const SECRET_SETTING =
  /^(primary_conninfo|ssl_passphrase_command|archive_command|restore_command|archive_cleanup_command|recovery_end_command|krb_server_keyfile)$/i;

const SQL_STRING =
  `(?:[eE]?'(?:[^'\\\\]|''|\\\\[\\s\\S])*'|\\$(\\w*)\\$[\\s\\S]*?\\$\\1\\$)`;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    GONE,
  ],
  [/SCRAM-SHA-256\$[^\s"'\\]+/g, GONE],
  [/\bmd5[0-9a-f]{32}\b/gi, GONE],
  // In a JSON text a quote of SQL may stand behind a backslash.
  [/(\bpassword\s+(?:null\b)?)(\\?')(?:(?!\2)[\s\S]|'')*\2/gi, `$1${GONE}`],
  // Over lines, since whoever wrote it could break them.
  [/(\bconnection\s+e?)'(?:[^']|'')*'/gi, `$1'${GONE}'`],
  [
    /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/"']{0,200}):[^\s@/"']{1,500}@/gi,
    `$1:${GONE}@`,
  ],
  [/(authorization\s*[:=]\s*(?:basic|bearer)\s+)[^\s"']+/gi, `$1${GONE}`],
  [
    new RegExp(
      `((?:\\\\?["'])?\\b${SECRET_NAME}(?:\\\\?["'])?\\s*[=:]\\s*)${VALUE}`,
      "gi",
    ),
    `$1${GONE}`,
  ],
  [new RegExp(`(--${SECRET_NAME}\\s+)(?!-)${VALUE}`, "gi"), `$1${GONE}`],
];

/** What begins a line that is not the rest of the one before. */
const NEXT_LINE =
  "(?=\\n(?:\\S*:? *)?(?:ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|LOG|DETAIL|HINT|CONTEXT|STATEMENT|LINE \\d+|LOCATION|Command was|pg_\\w+|psql|==|\\d{4}-\\d\\d-\\d\\d)\\b|$(?![\\s\\S]))";

/** In what words a server, or a program that asks one, shows what is in rows. */
const ROWS: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(`(Failing row contains )\\([\\s\\S]*?${NEXT_LINE}`, "g"),
    `$1(${GONE})`,
  ],
  // Bounded, since who wrote the text may want it to take for ever.
  [
    new RegExp(
      `(\\bCOPY [^\\n:]{1,300}?, line \\d+(?:, column [^\\n:]{1,200})?: )[\\s\\S]*?${NEXT_LINE}`,
      "g",
    ),
    `$1${GONE}`,
  ],
  [
    new RegExp(
      `(\\bKey \\([^\\n=]{0,300}?\\)=)\\([\\s\\S]*?${NEXT_LINE}`,
      "g",
    ),
    `$1(${GONE})`,
  ],
  [
    /(\b(?:invalid input (?:syntax|value) for [^\n":]{1,100}|value|malformed [\w ]{1,60}|date\/time field value|JSON data, line \d+|Token|unrecognized [\w ]{1,60})(?: "[^"\n]{0,200}")?: )[^\n]*/g,
    `$1${GONE}`,
  ],
  [
    /(\b(?:value|Token|field value(?: out of range)?:?) )"[^"\n]*"/g,
    `$1"${GONE}"`,
  ],
  [/(\bunnamed portal with parameters: )[^\n]*/g, `$1${GONE}`],
  [/(\bparameters: )\$1 = [^\n]*/g, `$1${GONE}`],
];

/** A whole statement that somebody else wrote: none of its literals is needed. */
const STATEMENT = new RegExp(
  `((?:Command was|STATEMENT|QUERY|statement|LINE \\d+): )([\\s\\S]*?)${NEXT_LINE}`,
  "g",
);

/** Shorter values would take ordinary words along. */
const LENGTH_MIN = 4;

/** @param known values that are secret wherever they stand */
export function redact(text: string, known: readonly string[] = []): string {
  let result = text;
  const literal = [...new Set(known)].filter((it) => it.length >= LENGTH_MIN)
    .flatMap((it) => [it, JSON.stringify(it).slice(1, -1)])
    .sort((a, b) => b.length - a.length);
  for (const value of literal) result = result.replaceAll(value, GONE);
  result = result.replace(
    STATEMENT,
    (_, before: string, sql: string) => before + withoutLiterals(sql),
  );
  for (const [pattern, replacement] of [...PATTERNS, ...ROWS]) {
    result = result.replace(pattern, replacement);
  }
  return redactSql(redactVariables(result));
}

function withoutLiterals(sql: string): string {
  return sql.replace(new RegExp(SQL_STRING, "g"), `'${GONE}'`);
}

/** `OPTIONS (a 'x', b 'y')`, `SET "app.key" TO 'z'`: by the names of a text of SQL. */
export function redactSql(text: string): string {
  const named = new RegExp(`("[^"]*"|[\\w.]+)(\\s+)${SQL_STRING}`, "g");
  const options = new RegExp(
    `(\\bOPTIONS\\s*\\()((?:[^()']|'(?:[^']|'')*')*)\\)`,
    "gi",
  );
  const set = new RegExp(
    `(\\bSET\\s+(?:SESSION\\s+|LOCAL\\s+)?)(\\\\?"[^"]*"|[\\w.]+)(\\s*(?:=|\\bTO\\b)\\s*)((?:${SQL_STRING})(?:\\s*,\\s*'(?:[^']|'')*')*)`,
    "gi",
  );
  return text
    .replace(options, (_, begin: string, inner: string) => {
      const shown = inner.replace(
        named,
        (all, name: string, blank: string) =>
          HARMLESS_OPTION.test(bare(name)) ? all : `${name}${blank}'${GONE}'`,
      );
      return `${begin}${shown})`;
    })
    .replace(
      set,
      (all, begin: string, name: string, is: string) =>
        isPublicSetting(bare(name)) ? all : `${begin}${name}${is}'${GONE}'`,
    );
}

const bare = (name: string) => name.replace(/\\?"/g, "");

/** A name with a dot is an application's own, and may be anything. */
const isPublicSetting = (name: string) =>
  !name.includes(".") && !SECRET_SETTING.test(name);

/** `NAME=value` with a name in capitals, as environments have them. */
function redactVariables(text: string): string {
  const shown = (all: string, before: string, name: string, after = "") =>
    HARMLESS_VARIABLE.test(name) ? all : `${before}${name}=${GONE}${after}`;
  return text
    // The whole of it in quotes, blanks and all.
    .replace(
      /(\\?["'])([A-Z][A-Z0-9_]*)=(?:(?!\1)[^\n])*\1/g,
      (all, quote: string, name: string) => shown(all, quote, name, quote),
    )
    .replace(
      new RegExp(`(?<![\\w$-])([A-Z][A-Z0-9_]*)=(?!\\[removed)${VALUE}`, "g"),
      (all, name: string) => shown(all, "", name),
    );
}

/**
 * The same of each text in a value such as JSON has: what stands under a
 * secret name goes, whatever it looks like.
 */
export function redactDeep<T>(value: T, known?: readonly string[]): T;
export function redactDeep(
  value: unknown,
  known: readonly string[] = [],
): unknown {
  if (typeof value === "string") return redact(value, known);
  if (Array.isArray(value)) return value.map((it) => redactDeep(it, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "string" && SECRET.test(key)
        ? GONE
        : redactDeep(inner, known),
    ]),
  );
}

/** A text of JSON stays one; any other is redacted as it stands. */
export function redactJson(
  text: string,
  known: readonly string[] = [],
): string {
  const read = readJson(v.unknown(), text);
  if (!read.success) return redact(text, known);
  return `${JSON.stringify(redactDeep(read.output, known), null, 1)}\n`;
}

/** The words of a command: of what sets a variable only its name is kept. */
export function redactWords(words: readonly string[]): readonly string[] {
  return words.map((word) => {
    const [, before = "", name = ""] =
      /^((?:--(?:env|setenv|secret-env)=)?)([A-Za-z_]\w*)=/.exec(word) ?? [];
    if (name !== "" && !HARMLESS_VARIABLE.test(name)) {
      return `${before}${name}=${GONE}`;
    }
    return redact(word);
  });
}

/**
 * Of the operator's own command lines all but the program: only they know what
 * is in the words after it.
 */
export function wordsBehind(
  commands: readonly (string | undefined)[],
): string[] {
  return commands.flatMap((command) => {
    const [, words] = /^\s*\S+\s+(.*?)\s*$/s.exec(command ?? "") ?? [];
    return words === undefined ? [] : [words];
  });
}

const SECRET = new RegExp(`^${SECRET_NAME}$`, "i");

/**
 * Values of an environment that are to be looked for everywhere: those of
 * secret names, and those that no ordinary word is.
 */
export function secretsOf(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env)
    // Where a secret lies is none.
    .filter(([name]) => !HARMLESS_VARIABLE.test(name))
    .filter(([name, value]) =>
      SECRET.test(name) || (value.length >= 8 && !/^[a-z]+$/i.test(value))
    )
    .map(([, value]) => value)
    .filter((value) => value !== "");
}

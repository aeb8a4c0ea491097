import { assertEquals } from "@std/assert";
import { join } from "@std/path";

/** What the jobs share, as far as it needs no database: run by this machine's bash. */

const LIB = join(import.meta.dirname ?? ".", "lib.sh");

function bash(script: string, ...words: string[]): string {
  const { code, stdout, stderr } = new Deno.Command("bash", {
    args: ["-c", `. ${LIB}; ${script}`, "bash", ...words],
    env: { LC_ALL: "C.UTF-8" },
  }).outputSync();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const WORDS = [
  "",
  "shop",
  'a "quoted" \\ name',
  "tab\tline\nreturn\r\x01\x1f\x7f",
  "ünï ☃ \u{1f418} \u0085\u2028",
  "$(reboot) & `id` %s \\u0041",
  "\n\n\n",
];

Deno.test("A job writes any name as JSON", () => {
  assertEquals(JSON.parse(bash('json_list "$@"', ...WORDS)), WORDS);
});

Deno.test("A name costs no process: hundreds of databases are hundreds of names in each phase", () => {
  const script =
    'before=$(sh -c "echo \\$\\$"); for i in {1..50}; do json_string "$1" >/dev/null; done; after=$(sh -c "echo \\$\\$"); echo $((after - before))';
  // The numbers of processes of the whole machine rise meanwhile, by others.
  const fewest = Math.min(
    ...[1, 2, 3].map(() => Number(bash(script, WORDS[3] ?? ""))),
  );
  assertEquals(fewest < 500, true, `${fewest} processes for 50 names`);
});

Deno.test("No row shows in what is said of an error", () => {
  const said = [
    'pg_restore: error: COPY failed for table "t": ERROR:  new row for relation "t" violates check constraint "c"',
    "DETAIL:  Failing row contains (1, se",
    "cret, 2).",
    'CONTEXT:  COPY t, line 1: "1\tse\\ncret"',
    'pg_restore: error: could not execute query: ERROR:  could not create unique index "u"',
    "DETAIL:  Key (a, b)=(secret, (x)) is duplicated.",
    "Command was: ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);",
    "HINT:  kept",
    "server 2026-01-01 00:00:00.000 UTC [7] DETAIL:  Partition key of the failing row contains (a) = (secret).",
    'CONTEXT:  COPY t, line 3, column a: "secret"',
    "12:00:00 == stop",
  ].join("\n");
  const told = bash('hide_rows <<<"$1"', said);
  assertEquals(told.split("\n"), [
    'pg_restore: error: COPY failed for table "t": ERROR:  new row for relation "t" violates check constraint "c"',
    "DETAIL:  Failing row contains (…)",
    "CONTEXT:  COPY t, line 1: …",
    'pg_restore: error: could not execute query: ERROR:  could not create unique index "u"',
    "DETAIL:  Key (a, b)=(…)",
    "Command was: ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);",
    "HINT:  kept",
    "server 2026-01-01 00:00:00.000 UTC [7] DETAIL:  Partition key of the failing row contains (…)",
    "CONTEXT:  COPY t, line 3, column a: …",
    "12:00:00 == stop",
    "",
  ]);
});

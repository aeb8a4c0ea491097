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

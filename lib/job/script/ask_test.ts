import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withDirectory } from "../../../tests/sample/scratch.ts";

/** What asks an old cluster, as far as it needs no server: run by this machine's bash. */

const HERE = import.meta.dirname ?? ".";
const FUNCTIONS = String.raw`
. <(sed -e '/^main$/d' -e "s|^here=.*|here=$1|" "$1/ask.sh")
set +e`;

function bash(script: string, ...words: string[]): string {
  const { code, stdout, stderr } = new Deno.Command("bash", {
    args: ["-c", `${FUNCTIONS}\n${script}`, "bash", HERE, ...words],
    env: { LC_ALL: "C.UTF-8" },
  }).outputSync();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("What fails before it has kept the options of the last start leaves them", async () => {
  await withDirectory((data) => {
    const file = join(data, "postmaster.opts");
    Deno.writeTextFileSync(file, "postgres -D /data\n");
    bash("PGDATA=$2; clean_up", data);
    assertEquals(Deno.readTextFileSync(file), "postgres -D /data\n");
    // A job may end within any function, and finds the names of its locals.
    const kept = "start_old_server() { local control kept; clean_up; }";
    bash(
      `set -u; ${kept}; PGDATA=$2; JOB=$2; keep_options
      set -e; start_old_server; echo >"$2/end"`,
      data,
    );
    assertEquals(Deno.readTextFileSync(join(data, "end")), "\n");
    Deno.removeSync(join(data, "end"));
    // What a server has written since they were kept goes.
    bash("PGDATA=$2; cp() { :; }; keep_options; clean_up", data);
    assertEquals([...Deno.readDirSync(data)], []);
  });
});

const REFUSES = [
  "server 2026-11-30 14:00:00.000 UTC [7] PANIC:  could not locate a valid checkpoint record",
  'server 2026-11-30 14:00:00.000 UTC [7] FATAL:  could not access file "timescaledb": No such file or directory',
  "ERROR:  invalid page in block 1 of relation base/16385/2619",
  'psql: error: connection to server failed: FATAL:  database "template1" does not exist',
];
const FAILS = [
  "",
  "server 2026-11-30 14:00:00.000 UTC [7] FATAL:  the database system is starting up",
  "docker-entrypoint.sh: line 1: gosu: not found",
  'server 2026-11-30 14:00:00.000 UTC [7] FATAL:  could not write lock file "postmaster.pid": No space left on device',
  'server 2026-11-30 14:00:00.000 UTC [7] PANIC:  could not write to file "pg_wal/xlogtemp.29": No space left on device',
  "FATAL:  could not map anonymous shared memory: Cannot allocate memory",
  "server 2026-11-30 14:00:00.000 UTC [7] FATAL:  out of memory",
  `server 2026-11-30 14:00:00.000 UTC [7] LOG:  startup process (PID 9) was terminated by signal 9: Killed
server 2026-11-30 14:00:00.000 UTC [7] FATAL:  the database system is starting up`,
];

Deno.test("A server that lacks room or memory has refused no data, and what it says of them is a refusal", () => {
  const blames = (log: string) =>
    bash('blames_data "$2" && echo yes || echo no', log).trim();
  assertEquals(REFUSES.map(blames), REFUSES.map(() => "yes"));
  assertEquals(FAILS.map(blames), FAILS.map(() => "no"));
});

Deno.test("A verdict stands in the result, and a failure has none", () => {
  const said = (word: string) =>
    bash(
      'exec 3>&1 >/dev/null; trap \'printf "%s|%s" "$failure" "${facts[refused]:-}" >&3; exit 0\' EXIT; "$2" no',
      word,
    );
  assertEquals(said("refuse"), "no|true");
  assertEquals(said("fail"), "no|");
});

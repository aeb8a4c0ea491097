import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { withDirectory } from "../../../tests/sample/scratch.ts";

/**
 * Wherever a job fails, its result says why: each job script, run by this
 * machine's bash as far as it needs no database.
 */

const HERE = import.meta.dirname ?? ".";
const SCRIPTS = [...Deno.readDirSync(HERE)].map(({ name }) => name)
  .filter((name) => name.endsWith(".sh"));
const textOf = (name: string) => Deno.readTextFileSync(join(HERE, name));
const JOBS = SCRIPTS.filter((name) => /^ {2}begin_job /m.test(textOf(name)))
  .sort();

/** Runs bash after a job's functions; the job's directory is below the place. */
async function inJob(job: string, place: string, script: string) {
  const scripts = join(place, "scripts");
  await Deno.mkdir(scripts);
  await Deno.mkdir(join(place, "job"));
  for (const name of SCRIPTS) {
    const text = textOf(name)
      .replace(/^main$/m, "")
      .replace(/^readonly JOB=.*$/m, `readonly JOB=${place}/job`);
    await Deno.writeTextFile(join(scripts, name), text);
  }
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", `at_first=$(compgen -v)\n. ${scripts}/${job}\n${script}`],
    env: {
      LC_ALL: "C.UTF-8",
      PGDATA: join(place, "data"),
      PGLADDER_MOUNT: place,
      PGLADDER_SUPERUSER: "postgres",
    },
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

/** What the job says of itself after `script`, which is to fail. */
async function resultAfter(job: string, script: string) {
  let said: Record<string, unknown> = {};
  await withDirectory(async (place) => {
    await inJob(job, place, script);
    const file = join(place, "job/planted.result.json");
    said = JSON.parse(await Deno.readTextFile(file));
  });
  return said;
}

/** Of functions, as bash itself writes them; what has capitals is the environment's. */
function localsIn(functions: string) {
  const names = new Set<string>();
  for (const [, words = ""] of functions.matchAll(/^ *local (.*)$/gm)) {
    const bare = words.replaceAll(/'[^']*'|"[^"]*"|\$?\([^()]*\)/g, "");
    for (
      const [, name = ""] of bare.matchAll(
        /(?:^|\s)([a-z_][a-z0-9_]*)(?![A-Z])/g,
      )
    ) {
      names.add(name);
    }
  }
  return [...names].sort();
}

const BEGIN = "begin_job planted; phase first; fact known yes";

for (const job of JOBS) {
  Deno.test(`${job}: what fails at once says why`, async () => {
    const said = await resultAfter(job, `${BEGIN}; fail 'no such luck'`);
    assertMatch(`${said.error}`, /^no such luck/);
    assertEquals([said.ok, said.failed_phase, said.known], [
      ...[false, "first", "yes"],
    ]);
  });

  // A job may end within any function, and then finds the names of its locals.
  Deno.test(`${job}: no local has the name of what the whole job has`, async () => {
    await withDirectory(async (place) => {
      const script = `exec 3>&1; begin_job planted; trap - EXIT; kill "$ticker"
        comm -13 <(sort <<<"$at_first") <(compgen -v | sort) >&3
        echo == >&3; declare -f >&3`;
      const said = await inJob(job, place, script);
      const [names = "", functions = ""] = said.split("\n==\n");
      const whole = new Set(names.split("\n"));
      assertEquals(whole.has("facts"), true);
      assertEquals(localsIn(functions).filter((it) => whole.has(it)), []);
    });
  });
}

Deno.test("What the script itself would stop at does not stop its result", async () => {
  const clean = 'clean_up() { echo "$not_yet_known"; false; }';
  const said = await resultAfter("mend.sh", `${BEGIN}; ${clean}; fail no`);
  assertMatch(`${said.error}`, /^no\n/);
});

/** A server that serves, and says this to whoever asks it in a database. */
const asking = (said: string) =>
  `${BEGIN}; mkdir "$PGDATA"
  touch "$JOB"/{live_facts,file_settings,room,database_facts,carried_facts,loaded_facts,pathless_facts}.sql
  fact source_control_sha256 sum; known_database=postgres known_version=140000
  psql() { printf '%s\\n' "${said}" >&2; return 2; }
  ask_all 'shut down' >"$JOB/answers"`;

Deno.test("What a database cannot be asked by its own version is refused in the server's words", async () => {
  const said = await resultAfter(
    "ask.sh",
    asking("ERROR:  invalid page in block 1 of relation base/5/2619"),
  );
  assertEquals(
    said.error,
    "The old server does not answer in database 'postgres'\nERROR:  invalid page in block 1 of relation base/5/2619",
  );
  assertEquals([said.refused, said.source_control_sha256], [true, "sum"]);
});

Deno.test("What fails for want of room, or says nothing of the data, is no refusal", async () => {
  for (
    const words of [
      "ERROR:  could not extend file: No space left on device",
      "psql: error: connection to server on socket failed",
    ]
  ) {
    const said = await resultAfter("ask.sh", asking(words));
    assertMatch(`${said.error}`, new RegExp(words));
    assertEquals([said.ok, said.refused], [false, undefined]);
  }
});

Deno.test("What no database lets in for is told", async () => {
  const said = await resultAfter(
    "ask.sh",
    `${BEGIN}; mkdir "$PGDATA"; echo 15 >"$PGDATA/PG_VERSION"
    psql() { echo 'psql: error: FATAL:  database "x" does not exist' >&2; return 2; }
    session_options`,
  );
  assertMatch(`${said.error}`, /can be connected to\n.*"x" does not exist/);
  assertEquals(said.refused, true);
});

Deno.test("What is wrong in the configuration is told by the operator's own file and line", async () => {
  const at = "server 2026-11-30 21:17:21.445 GMT [7]";
  const said = await resultAfter(
    "ask.sh",
    `${BEGIN}; config=$JOB/private.conf PGDATA=/data
    echo '${at} LOG:  starting PostgreSQL 15'
    echo "${at} LOG:  syntax error in file \\"$config\\" line 816, near token \\"'\\""
    echo "${at} FATAL:  configuration file \\"$config\\" contains errors"
    fail 'The old server did not start'`,
  );
  assertEquals(`${said.error}`.split("\n"), [
    "The old server did not start",
    `${at} LOG:  syntax error in file "/data/postgresql.conf" line 816, near token "'"`,
    `${at} FATAL:  configuration file "/data/postgresql.conf" contains errors`,
  ]);
  assertEquals(said.refused, true);
});

Deno.test("Every question that a script asks is there to be asked", () => {
  const asked = SCRIPTS.flatMap((name) => {
    const code = textOf(name).replaceAll(/^ *#.*$/gm, "");
    return [...code.matchAll(/(?<=\s)[a-z_]+\.sql(?=[\s)]|$)/gm)]
      .map(([file]) => file);
  });
  assertEquals(asked.includes("databases.sql"), true);
  const there = [...Deno.readDirSync(join(HERE, "../sql"))]
    .map(({ name }) => name);
  assertEquals(asked.filter((file) => !there.includes(file)), []);
});

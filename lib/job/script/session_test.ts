import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SESSION } from "../psql.ts";

/** How the first session of all is opened, which cannot ask yet what its server knows: run by this machine's bash. */

const HERE = import.meta.dirname ?? ".";

const EVERY = ["statement_timeout=0", "lock_timeout=0"];
const JOBS = [...EVERY, "idle_in_transaction_session_timeout=0"];
const LATER: Readonly<Record<string, readonly string[]>> = {
  "9.6": [],
  "13": [],
  "14": ["idle_session_timeout=0"],
  "17": ["idle_session_timeout=0", "transaction_timeout=0"],
  "19": ["idle_session_timeout=0", "transaction_timeout=0"],
};

/** The timeouts in PGOPTIONS that a script prints, with data of that version at hand. */
async function timeouts(version: string, script: string) {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(join(directory, "PG_VERSION"), `${version}\n`);
  const { code, stderr, stdout } = await new Deno.Command("bash", {
    args: ["-euc", script],
    clearEnv: true,
    env: { LC_ALL: "C.UTF-8", PATH: "/usr/bin:/bin", PGDATA: directory },
  }).output();
  await Deno.remove(directory, { recursive: true });
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).match(/\w+_timeout=\S+/g)?.sort();
}

/** A job's own, with the options in the place of the answer. */
const QUESTION = `here=${HERE} JOB=$PGDATA
  for it in progress session fingerprint; do . "$here/$it.sh"; done
  psql() { printf '%s\\n' "$PGOPTIONS" >"$JOB/asked"; echo '170000 UTF8'; }`;

const DATA_AT_HAND = `${QUESTION}; find_database; cat "$JOB/asked"`;

const DATA_ELSEWHERE =
  `${QUESTION}; served_major=$(head -c 2 "$PGDATA/PG_VERSION"); rm "$PGDATA/PG_VERSION"
  find_database; cat "$JOB/asked"`;

for (const [version, later] of Object.entries(LATER)) {
  Deno.test(`No timeout that ${version} knows ends the first question of a job`, async () => {
    const wanted = [...JOBS, ...later].sort();
    assertEquals(await timeouts(version, DATA_AT_HAND), wanted);
    assertEquals(await timeouts(version, DATA_ELSEWHERE), wanted);
  });

  Deno.test(`No timeout that ${version} knows ends a question to the service`, async () => {
    assertEquals(
      await timeouts(version, `set +u; ${SESSION}; echo "$PGOPTIONS"`),
      [...EVERY, ...later].sort(),
    );
  });
}

Deno.test("A service whose data are elsewhere, or no text, is asked what all know", async () => {
  for (const version of ["", "x[$(date)]", "180000", "1\n8"]) {
    assertEquals(
      await timeouts(version, `set +u; ${SESSION}; echo "$PGOPTIONS"`),
      [...EVERY].sort(),
    );
  }
});

Deno.test("What pg_upgrade tells both servers is known to both: 19 has lost a setting", async () => {
  const told = async (major: string) => {
    const { stdout } = await new Deno.Command("bash", {
      args: [
        "-euc",
        `. "$1/session.sh"; any_database() { :; }
        job=job known_version=180000; session_options; options_known_in "$2"`,
        "told",
        HERE,
        major,
      ],
      env: { JOB: await Deno.makeTempDir() },
    }).output();
    return new TextDecoder().decode(stdout);
  };
  const [to18, to19] = [await told("18"), await told("19")];
  assertEquals(to18.includes(" -c escape_string_warning=off"), true, to18);
  assertEquals(to19, to18.replace(" -c escape_string_warning=off", ""));
});

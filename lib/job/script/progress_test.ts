import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";

/** What a job says of how far it is, by its own script; no server is needed. */

const HERE = fromFileUrl(new URL(".", import.meta.url));

/** Runs a script with progress.sh; the clock stands where `at` puts it. */
async function run(script: string): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "pgladder-progress-" });
  const { code, stderr, stdout } = await new Deno.Command("bash", {
    args: [
      "-c",
      `set -euo pipefail
      JOB=$1 job=toy
      . "$2/progress.sh"
      json_string() { printf '"%s"' "$1"; }
      at() { eval "clock() { now=$1; }"; }
      ${script}
      cat "$JOB/toy.progress"`,
      ...["bash", directory, HERE],
    ],
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  await Deno.remove(directory, { recursive: true });
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

const progressAfter = async (script: string) => JSON.parse(await run(script));

const COPYING = `
  measure_copy() { printf '%s\\n' "$((now_done))" '"tables":[1,2]'; }
  step() { at "$1"; now_done=$2; measure_next=0; tick_progress; }
  at 1000000
  note_phase copy shop 1000 bytes KEY 100`;

Deno.test("A phase begins with what was done before it", async () => {
  assertEquals(await progressAfter(COPYING), {
    phase: "copy",
    database: "shop",
    done: 100,
    total: 1000,
    unit: "bytes",
    seconds: 0,
  });
});

Deno.test("The rate is that of the last measures, the time left follows from it", async () => {
  const { rate, ...rest } = await progressAfter(`${COPYING}
    step 1001000 0; step 1011000 100; step 1021000 200`);
  assertEquals(rate, 10);
  assertEquals(rest, {
    phase: "copy",
    database: "shop",
    done: 300,
    total: 1000,
    unit: "bytes",
    seconds: 21,
    left: 70,
    tables: [1, 2],
  });
});

Deno.test("Where nothing was finished of late, the phase's own pace counts", async () => {
  const { rate, left } = await progressAfter(`${COPYING}
    SAMPLES=$SAMPLES_MAX
    step 1050000 200
    for ((i = 1; i <= SAMPLES + 1; i++)); do step $((1050000 + i * 1000)) 200; done`);
  // 200 in 81 seconds, 700 to go.
  assertEquals([rate, left], [2.469, 283]);
});

Deno.test("The rate of a terabyte a second leaves no number that bash has", async () => {
  const { left, rate } = await progressAfter(`${COPYING}
    note_phase copy shop 900000000000000 bytes KEY 0
    step 1001000 0; step 1061000 60000000000000`);
  assertEquals([rate, left], [1e12, 840]);
});

Deno.test("What takes long to measure is measured seldom", async () => {
  const text = await run(`${COPYING}
    measure_copy() { printf 'x' >>"$JOB/asked"; printf '5\\n'; }
    ticks=0
    # Half a second a measure: the clock goes on while it is asked.
    clock() { ticks=$((ticks + 1)); now=$((1000000 + ticks * 500)); }
    for ((i = 0; i < 40; i++)); do tick_progress; done
    printf '%s %s\\n' "$(wc -c <"$JOB/asked")" "$((ticks / 2))"`);
  const [asked = 0, seconds = 0] =
    text.split("\n")[0]?.split(" ").map(Number) ??
      [];
  assertMatch(`${asked}`, /^[2-6]$/, `${asked} in ${seconds} seconds`);
});

Deno.test("A measure that fails, or says nothing, changes nothing", async () => {
  const said = await progressAfter(`
    measure_copy() { echo 'no number'; return 1; }
    at 1000; note_phase copy '' 10 tables '' 0
    at 9000; tick_progress`);
  assertEquals([said.done, said.total, said.seconds], [0, 10, 8]);
});

Deno.test("A job that has gone on meanwhile is not told to be where it was", async () => {
  const said = await progressAfter(`
    measure_copy() { printf 'later\\n""\\n0\\n\\n\\n0\\n5000\\n' >"$JOB/.toy.phase"; echo 7; }
    at 5000; note_phase copy '' 10 tables '' 0
    at 9000; tick_progress`);
  assertEquals([said.phase, said.done], ["copy", 0]);
});

const LYING = "BASH_VERSINFO[$(touch${IFS}$JOB/ran)0]";

Deno.test("A number is digits alone: what a server answered in its place is never evaluated", async () => {
  const said = await run(
    `
    say() { printf '%s;' "$@" >>"$JOB/said"; }
    for text in 12 007 08 0 '' -1 1e3 ' 5' 1234567890123456789 "$LYING" 'a[$(touch "$JOB/ran")]'; do
      digits found "$text" none; say "$found"
    done
    printf 'r %s 1\n' 5 "$LYING" 7 >"$JOB/sizes"
    say "$(all_bytes r "$JOB/sizes")" "$(first_bytes 9 "$JOB/sizes" r)"
    measure_copy() { printf '%s\n' "$LYING"; }
    note_phase copy shop "$LYING" bytes KEY "$LYING"
    tick_progress
    [[ ! -e $JOB/ran ]] || say RAN
    mv "$JOB/said" "$JOB/toy.progress"`.replaceAll("$LYING", `${LYING}`)
      .replaceAll(`"${LYING}"`, `'${LYING}'`),
  );
  assertEquals(said, "12;7;8;0;none;none;none;none;none;none;none;12;12;");
});

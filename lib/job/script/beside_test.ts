import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";

/** Databases side by side, as far as it needs no server. */

const HERE = import.meta.dirname ?? ".";
const NAMES = ["shop", 'a "b"\n', "ünï ☃", "d4", "d5", "d6", "d7"];

/** Runs a script in which `list` is a list of databases, the first one big. */
async function run(script: string) {
  const place = await Deno.makeTempDir({ prefix: "pgladder-beside-" });
  const base64 = (name: string) =>
    btoa(String.fromCharCode(...new TextEncoder().encode(name)));
  await Deno.writeTextFile(
    join(place, "list"),
    NAMES.map((name, at) =>
      `${at + 10} ${at === 0 ? 1e9 : 8e6} UTF8 ${base64(name)}\n`
    ).join(""),
  );
  const { code, stderr, stdout } = await new Deno.Command("bash", {
    args: [
      "-c",
      `here=$1 PGLADDER_JOBS=3 list=$2/list job=toy
      . <(sed "s|^readonly JOB=.*|readonly JOB='$2'|; s|\\$(dirname .*SOURCE.0...)|$1|" "$1/lib.sh"); . "$1/beside.sh"
      ${script}`,
      ...["bash", HERE, place],
    ],
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  await Deno.remove(place, { recursive: true });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const TELL =
  `tell() { printf '%s|%s|%s|%s|%s\\0' "$1" "$number" "$id" "$bytes" "$PGDATABASE"; }`;
const told = (out: string) => out.split("\0").filter(Boolean);
const line = (at: number) =>
  `x|${at + 1}|${at + 10}|${at === 0 ? 1e9 : 8e6}|${NAMES[at]}`;
const ALL = NAMES.map((_, at) => line(at));

Deno.test("Databases are taken one after the other, in their order, by which they are", async () => {
  const { err, out } = await run(
    `${TELL}; each_database "$list" is_big tell x; each_database "$list" is_small tell x`,
  );
  assertEquals(told(out), ALL, err);
});

Deno.test("Side by side each is taken once, and what they did is added up", async () => {
  const { err, out } = await run(
    `tell() { printf '%s|%s|%s|%s|%s\\0' "$1" "$number" "$id" "$bytes" "$PGDATABASE" >"$JOB/told.$number"; weight=$bytes
       [[ $number != 7 ]] || { sleep 0.2; beside_done >"$JOB/done"; }; }
     databases_beside "$list" every tell x; cat "$JOB"/told.*; cat "$JOB/done"; beside_done`,
  );
  const lines = out.split("\0");
  assertEquals(lines.slice(0, -1), ALL, err);
  const [during = "", after] = lines.at(-1)?.trim().split("\n") ?? [];
  assert(Number(during) > 0 && Number(during) < 1.05e9, during);
  assertEquals(after, "0");
});

Deno.test("Where one fails the job does, with its reason, and no other is begun", async () => {
  const { code, out } = await run(
    `work() { echo "begun $number"; [[ $number != 2 ]] || fail 'A reason'; sleep 0.3; }
     databases_beside "$list" is_small work`,
  );
  assertEquals(code, 1);
  const begun = out.match(/begun/g)?.length ?? 0;
  assert(begun >= 1 && begun <= 3, out);
  assertEquals(out.match(/FAILED: A reason/g)?.length, 2, out);
});

Deno.test("A database that nobody has worked on ends the job", async () => {
  const { code, out } = await run(
    `work() { [[ $number != 3 ]] || exit 0; }
     databases_beside "$list" every work`,
  );
  assertEquals(code, 1);
  assert(out.includes("FAILED: Not all of 7 databases were worked on"), out);
});

Deno.test("What is done aside has no phases, and fails the job where it fails", async () => {
  const { code, out } = await run(
    `work() { phase odd; fail 'Aside'; }
     aside work work & pid=$!
     await_aside work "$pid"`,
  );
  assertEquals(code, 1);
  assert(/== odd {2}\(beside\)/.test(out), out);
  assertEquals(out.match(/FAILED: Aside/g)?.length, 2, out);
});

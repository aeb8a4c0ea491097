import { assertEquals } from "@std/assert";
import { join } from "@std/path";

/** What the live server is told beside its files, and how the jobs' servers are told the same. */

const HERE = import.meta.dirname ?? ".";

/** Runs a script with the settings' functions and a job's and a data directory. */
async function run(script: string, files: Record<string, string> = {}) {
  const place = await Deno.makeTempDir();
  await Deno.mkdir(join(place, "data"));
  await Deno.mkdir(join(place, "conf"));
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(place, name), text);
  }
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: [
      "-c",
      // The job's own directory is fixed in a container.
      `set -euo pipefail
      here=${HERE}; . <(sed 's|^readonly JOB=.*|JOB=${place}|' ${HERE}/lib.sh | sed 's|"\\$(dirname[^/]*/|"${HERE}/|')
      . ${HERE}/live_settings.sh; . ${HERE}/settings.sh; PGDATA=${place}/data
      ${script}`,
    ],
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const files_: Record<string, string> = {};
  for await (const { isFile, name } of Deno.readDir(place)) {
    if (isFile) files_[name] = await Deno.readTextFile(join(place, name));
  }
  const conf = join(place, "data", "postgresql.conf");
  const written = await Deno.readTextFile(conf).catch(() => "");
  await Deno.remove(place, { recursive: true });
  const plain = (text: string) => text.replaceAll(place, "JOB");
  return {
    said: plain(new TextDecoder().decode(stdout)),
    files: Object.fromEntries(
      Object.entries(files_).map(([name, text]) => [name, plain(text)]),
    ),
    written,
  };
}

const WORDS =
  `-c work_mem=4MB -c "anon.salt=it's" -c 'anon.path=a\\b' -c shared_preload_libraries=anon`;

Deno.test("What an extension is told stands in no process's words", async () => {
  const { files, said } = await run(
    `mine=(${WORDS}); tell_by_file mine; printf '%s\\n' "\${mine[@]}"`,
  );
  assertEquals(said.split("\n"), [
    ...["-c", "work_mem=4MB", "-c", "shared_preload_libraries=anon"],
    ...["-c", "config_file=JOB/before.mine.conf", ""],
  ]);
  assertEquals(
    files["before.mine.conf"],
    "include 'JOB/data/postgresql.conf'\ninclude 'JOB/told.mine.conf'\n",
  );
  assertEquals(
    files["told.mine.conf"],
    "anon.salt = 'it''s'\nanon.path = 'a\\\\b'\n",
  );
});

Deno.test("A configuration that is ours already takes it at its end", async () => {
  const { files, said } = await run(
    `printf 'port = 1\\n' >$JOB/private.conf; mine=(-c a.b=c); tell_by_file mine $JOB/private.conf; echo "\${#mine[@]}"`,
  );
  assertEquals(said, "0\n");
  assertEquals(
    files["private.conf"],
    "port = 1\ninclude 'JOB/told.mine.conf'\n",
  );
});

Deno.test("What the container's words say wins over ALTER SYSTEM, as it does in the service", async () => {
  const { said } = await run(
    `live_from=([a.b]=outside [a.c]=data); mine=(-c a.b=c -c a.c=d); tell_by_file mine; echo "\${mine[@]}"`,
    { "data/postgresql.auto.conf": "a.b = 'x'\na.c = 'd'\n" },
  );
  assertEquals(said, "-c a.b=c -c config_file=JOB/before.mine.conf\n");
});

Deno.test("Where nothing is told, nothing changes", async () => {
  const { files, said } = await run(
    `mine=(-c fsync=off); tell_by_file mine; echo "\${mine[@]}"`,
  );
  assertEquals([said, files], ["-c fsync=off\n", {}]);
});

/** Whether 18 gets room for as many subscriptions as there are slots. */
async function origins(slots: string, conf = "", major = 18) {
  const { written } = await run(
    `postgres_major() { echo ${major}; }; configured() { echo ${slots}; }; keep_origins`,
    { "conf/postgresql.conf": conf, "data/postgresql.conf": "" },
  );
  return written;
}

Deno.test("More than ten subscriptions have room in 18, as they had before", async () => {
  assertEquals(
    await origins("40"),
    "max_active_replication_origins = 40   # pgladder: in the place of max_replication_slots\n",
  );
  assertEquals(await origins("10"), "");
  assertEquals(await origins("a[$(id)]"), "");
  assertEquals(await origins("40", "", 17), "");
  assertEquals(await origins("40", "#max_active_replication_origins = 10"), "");
});

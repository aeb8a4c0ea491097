import { assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, until } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/**
 * An extension that insists on its preload, and on a database of its own,
 * where the container's command alone says both: pg_cron of Debian's packages,
 * in images that are made of the rig's.
 */

const NAME = "specs-preload";
const IMAGE = "docker.io/library/postgres:";
const SUITES = { 15: "bookworm", 17: "trixie", 18: "forky" } as const;

let host: Host;

/** The package of a suite, by apt with lists of its own. */
const FETCH = `
  cd "$1"; mkdir -p lists/partial cache/archives/partial
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $2 main" >sources.list
  options=(-o Dir::Etc::sourcelist="$1/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$1/lists"
    -o Dir::Cache="$1/cache" -o APT::Sandbox::User=root)
  apt-get "\${options[@]}" update -qq && apt-get "\${options[@]}" download -qq "$3" && mv "$3"_*.deb package.deb`;

const MAKE = (major: string) => `
  podman run -d --name made --network none --entrypoint sleep ${IMAGE}${major} 600 >/dev/null
  podman cp /root/cron-${major}.deb made:/package.deb
  podman exec made dpkg-deb -x /package.deb /
  podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["postgres"]' made ${IMAGE}${major}-cron
  podman rm -fv -t 0 made`;

async function makeImage(major: "15" | "17" | "18") {
  const directory = await Deno.makeTempDir({ prefix: "pgladder-cron-" });
  const { success } = await new Deno.Command("bash", {
    args: [
      ...["-ceu", FETCH, "fetch", directory, SUITES[major]],
      `postgresql-${major}-cron`,
    ],
  }).output();
  assertEquals(success, true, `no postgresql-${major}-cron to be had`);
  await host.rig(
    "put",
    NAME,
    `${directory}/package.deb`,
    `/root/cron-${major}.deb`,
  );
  await Deno.remove(directory, { recursive: true });
  await host.shell(MAKE(major));
}

const ask = async (sql: string) =>
  (await host.ok(
    ...["podman", "exec", "db", "psql", "-XAtqU", "postgres", "app", "-c", sql],
  )).trim();

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await makeImage("15");
  await makeImage("17");
  await makeImage("18");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const TOLD = ["shared_preload_libraries=pg_cron", "cron.database_name=app"];

async function makeDatabase(
  major: "15" | "17",
  told: readonly string[] = TOLD,
  tag = `${major}-cron`,
  first = ":",
) {
  await host.restore("bare");
  await host.shell(first);
  await host.rig(
    ...["db", NAME, "db", "--image", `${IMAGE}${tag}`, "--inner"],
    ...["/var/lib/postgresql/data", "--env"],
    ...["PGDATA=/var/lib/postgresql/data"],
    ...told.flatMap((it) => ["--cmd", "-c", "--cmd", it]),
  );
  await host.ok(
    ...["podman", "exec", "db", "psql", "-XqU", "postgres", "-c"],
    "CREATE DATABASE app",
  );
  await ask("CREATE EXTENSION pg_cron");
  await ask("SELECT cron.schedule('nightly', '0 3 * * *', 'SELECT 1')");
}

async function checkServes(number: string) {
  assertEquals(
    await ask(
      "SELECT jobname, schedule, active FROM cron.job WHERE jobname = 'nightly'",
    ),
    "nightly|0 3 * * *|t",
  );
  assertEquals(await ask("SHOW server_version_num") >= number, true);
}

for (const method of ["dump", "pg_upgrade"]) {
  Deno.test(`pg_cron that the container's command preloads goes from 17 to 18 by ${method}`, async () => {
    await makeDatabase("17");
    await ask("CREATE TABLE tick (at timestamptz)");
    await ask(
      "SELECT cron.schedule('tick', '1 seconds', 'INSERT INTO tick VALUES (clock_timestamp())')",
    );
    await until(
      "it ticks",
      async () => await ask("SELECT count(*) > 2 FROM tick") === "t",
    );
    const done = await host.pgladder(
      ...["upgrade", "db", "--to", "18-cron", "--switch", "unit"],
      ...["--method", method, "--yes"],
    );
    assertEquals(done.code, 0, done.stderr + done.stdout);
    await checkServes("180000");
    const entries = readJournal(host, "/srv/db");
    const [closed, started] = ["step-done close", "step-started start"].map(
      (it) => entries.find((entry) => wordsOf([entry])[0] === it)?.at,
    );
    await until(
      "it ticks again",
      async () =>
        await ask(`SELECT count(*) > 2 FROM tick WHERE at > '${started}'`) ===
          "t",
    );
    assertEquals(
      await ask(
        `SELECT count(*) FROM tick WHERE at BETWEEN '${closed}' AND '${started}'`,
      ),
      "0",
    );
  });
}

Deno.test("A database of pg_cron's that only the old image's own file names is refused, with the way, which is typed", async () => {
  await makeDatabase(
    "17",
    [],
    "17-told",
    `
    podman run -d --name made --network none --entrypoint sleep ${IMAGE}17-cron 600 >/dev/null
    printf '%s\\n' 'shared_preload_libraries = pg_cron' 'cron.database_name = app' "listen_addresses = '*'" >/root/cron.conf
    chmod 644 /root/cron.conf
    podman cp /root/cron.conf made:/etc/cron.conf
    podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \\
      --change 'CMD ["postgres", "-c", "config_file=/etc/cron.conf"]' made ${IMAGE}17-told
    podman rm -fv -t 0 made`,
  );
  const words = ["db", "--to", "18-cron", "--switch", "unit"];
  const refused = await host.pgladder("plan", ...words);
  assertEquals(refused.code, 3, refused.stderr);
  assertStringIncludes(
    flat(refused.stdout),
    "the old image sets it, and docker.io/library/postgres:18-cron does not: cron.database_name = 'app' and 1 more",
  );
  for (
    const it of [
      "shared_preload_libraries = 'pg_cron'",
      "cron.database_name = 'app'",
    ]
  ) {
    await ask(`ALTER SYSTEM SET ${it}`);
  }
  await host.ok("systemctl", "restart", "podman-db");
  await host.ok(
    ...["timeout", "60", "bash", "-c"],
    "until podman exec db psql -XqU postgres -c '' app; do sleep 0.2; done",
  );
  const done = await host.pgladder("upgrade", ...words, "--yes");
  assertEquals(done.code, 0, done.stderr + done.stdout);
  await checkServes("180000");
  assertEquals(await ask("SHOW cron.database_name"), "app");
});

Deno.test("An extension that the new image makes in another schema alone is refused by dump, with a way", async () => {
  await makeDatabase("15");
  const refused = await host.pgladder(
    ...["upgrade", "db", "--to", "17-cron", "--switch", "unit"],
    ...["--method", "dump", "--yes"],
  );
  assertEquals(refused.code, 3, refused.stderr + refused.stdout);
  assertStringIncludes(
    flat(refused.stdout + refused.stderr),
    'has pg_cron in the schema "pg_catalog" alone, not in "public" (in database "app")',
  );
  assertEquals(host.exists("/srv/db.pgladder"), false);
  assertStringIncludes(
    flat(refused.stdout + refused.stderr),
    "Use --method pg_upgrade",
  );
  await checkServes("150000");

  const done = await host.pgladder(
    ...["upgrade", "db", "--to", "17-cron", "--switch", "unit"],
    ...["--method", "pg_upgrade", "--yes"],
  );
  assertEquals(done.code, 0, done.stderr + done.stdout);
  await checkServes("170000");
});

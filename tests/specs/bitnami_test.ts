import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { flat, Host } from "./host.ts";

/**
 * Out of Bitnami's image into the official one, and back: the data lie deeper in
 * the volume, belong to another user, and have no settings in them. The image is
 * a stand-in of the rig's (tests/rig/image/bitnami.sh).
 */

const NAME = "specs-bitnami";
const OLD = "docker.io/bitnami/postgresql:15";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "xfs");
  const put = (name: string) =>
    host.rig(
      ...["put", NAME],
      fromFileUrl(new URL(`../rig/image/${name}`, import.meta.url)),
      `/root/${name}`,
    );
  await put("bitnami.sh");
  await put("bitnami-entrypoint.sh");
  await host.shell(
    "/root/bitnami.sh podman 15 /root/bitnami-entrypoint.sh",
  );
});
Deno.test.afterAll(() => Host.lower(NAME));

const ask = async (sql: string, user = "postgres", database = "shop") => {
  const { code, stderr, stdout } = await host.exec(
    ...["env", `PGPASSWORD=of-${user}`, "psql", "-XAtqwh", "127.0.0.1"],
    ...["-U", user, database, "-c", sql],
  );
  assertEquals(code, 0, stderr);
  return stdout.trim();
};

const SETTINGS =
  "SELECT name, setting FROM pg_settings WHERE name IN ('max_connections', 'work_mem', 'max_wal_size', 'wal_keep_size', 'client_min_messages', 'log_lock_waits', 'deadlock_timeout') ORDER BY name";
const HELD =
  "SELECT count(*), sum(n), md5(string_agg(word, ',' ORDER BY n)) FROM item";
const ROLES =
  "SELECT string_agg(rolname || rolsuper || rolcreatedb || coalesce(rolpassword, ''), ',' ORDER BY rolname) FROM pg_authid WHERE rolname !~ '^pg_'";

const serves = () =>
  host.shell(
    "timeout 60 bash -c 'until pg_isready -qh 127.0.0.1; do sleep 0.2; done'",
  );

/** Settings from all the places that it knows, a user of the vendor's making, rows. */
async function fill(dir: string) {
  await serves();
  await ask(
    "CREATE TABLE item AS SELECT n, 'word ' || n AS word FROM generate_series(1, 20000) AS n; CREATE INDEX ON item (word)",
    "app",
  );
  await ask("ALTER SYSTEM SET log_lock_waits = on");
  await ask("SELECT pg_reload_conf()");
  assertEquals(
    await host.ok("stat", "-c", "%u", `${dir}/data`),
    "1001\n",
  );
}

const held = async () => [
  await ask(HELD, "app"),
  await ask(ROLES),
  await ask(SETTINGS),
  await ask("SELECT current_user", "app"),
];

async function isNew(major: string, before: readonly string[]) {
  await serves();
  assertEquals(await held(), before);
  assertStringIncludes(await ask("SHOW server_version"), `${major}.`);
  assertEquals(
    await ask("SHOW config_file"),
    "/var/lib/postgresql/data/postgresql.conf",
  );
  const wrong = await host.exec(
    ...["env", "PGPASSWORD=other", "psql", "-XAtqwh", "127.0.0.1"],
    ...["-U", "app", "shop", "-c", "SELECT 1"],
  );
  assertEquals(wrong.code, 2, wrong.stderr);
}

const VARIABLES = [
  "POSTGRESQL_USERNAME=app",
  "POSTGRESQL_PASSWORD=of-app",
  "POSTGRESQL_DATABASE=shop",
  "POSTGRESQL_POSTGRES_PASSWORD=of-postgres",
  "POSTGRESQL_MAX_CONNECTIONS=77",
  "POSTGRESQL_EXTRA_FLAGS=-c deadlock_timeout=3s",
];

async function make(dir: string, variables: readonly string[]) {
  await host.shell(`
    install -d -o 1001 -g 0 -m 775 ${dir} ${dir}/conf ${dir}/conf/conf.d
    echo "work_mem = '9MB'" >${dir}/conf/conf.d/own.conf`);
  await host.ok(
    ...["podman", "run", "-d", "--name", "db", "-p", "127.0.0.1:5432:5432"],
    ...["-v", `${dir}:/bitnami/postgresql`, "--restart", "always"],
    ...variables.flatMap((it) => ["-e", it]),
    OLD,
  );
}

/** The lines that it says to type, up to the one that it is not to. */
async function typeLines(said: string) {
  const lines = said.split("\n").map((it) => it.trim());
  const from = lines.findIndex((it) => /^podman (rename|rm) /.test(it));
  const typed = lines.slice(
    from,
    lines.indexOf("do not start it: resume does"),
  );
  const until = typed.findIndex((it) => /^where /.test(it));
  for (const line of until < 0 ? typed : typed.slice(0, until)) {
    await host.shell(line);
  }
}

async function upgradeByHand(...more: string[]) {
  const waits = await host.pgladder(
    ...["upgrade", "db", "--to", "17", "--yes", ...more],
  );
  assertEquals(waits.code, 5, waits.stderr + waits.stdout);
  return waits.stderr + waits.stdout;
}

Deno.test("By a dump and by hand: up, back to Bitnami's, up again after a kill in the restore", async () => {
  await make("/srv/db", VARIABLES);
  await fill("/srv/db");
  const before = await held();
  const plan = await host.pgladder("plan", "db", "--to", "17", "--commands");
  assertEquals(plan.code, 0, plan.stderr + plan.stdout);
  for (
    const words of [
      "docker.io/bitnami/postgresql:15 → docker.io/library/postgres:17",
      "/srv/db:/bitnami/postgresql → /srv/db:/var/lib/postgresql/data",
      'the image is Bitnami\'s: "/opt/bitnami/postgresql/conf/postgresql.conf"',
    ]
  ) assertStringIncludes(flat(plan.stdout), words);

  const said = await upgradeByHand();
  for (
    const words of [
      "the variable POSTGRESQL_POSTGRES_PASSWORD: call it POSTGRES_PASSWORD",
      "the variable POSTGRESQL_USERNAME: remove it",
    ]
  ) assertStringIncludes(flat(said), words);
  assert(!said.includes("of-postgres"), said);
  await typeLines(said);
  const up = await host.pgladder("resume", "db");
  assertEquals(up.code, 0, up.stderr);
  await isNew("17", before);
  assertEquals(
    await host.shell("stat -c '%u %a' /srv/db /srv/db.bak/data"),
    "999 700\n1001 700\n",
  );
  const environment = await host.ok(
    ...["podman", "exec", "db", "env"],
  );
  assertStringIncludes(environment, "POSTGRES_PASSWORD=of-postgres");
  assert(!environment.includes("POSTGRESQL_"), environment);

  const back = await host.pgladder("rollback", "db", "--confirm", "db");
  assertEquals(back.code, 5, back.stderr + back.stdout);
  await typeLines(back.stderr + back.stdout);
  const down = await host.pgladder("resume", "db");
  assertEquals(down.code, 0, down.stderr);
  await serves();
  assertEquals(await held(), before);
  assertEquals(
    await host.ok("podman", "inspect", "-f", "{{.ImageName}}", "db"),
    `${OLD}\n`,
  );

  await host.shell("rm -rf /srv/db.aborted");
  const climb = host.begin("upgrade", "db", "--to", "17", "--yes");
  await climb.reaches("step-started build");
  await climb.kill();
  const resumed = await host.pgladder("resume", "db");
  assertEquals(resumed.code, 5, resumed.stderr + resumed.stdout);
  await typeLines(resumed.stderr + resumed.stdout);
  const again = await host.pgladder("resume", "db");
  assertEquals(again.code, 0, again.stderr);
  await isNew("17", before);
  const commit = await host.pgladder("commit", "db", "--confirm", "db");
  assertEquals(commit.code, 0, commit.stderr);
  assertEquals(
    await host.shell("ls /srv/db.pgladder"),
    "history\n",
  );
  const next = await host.pgladder("plan", "db", "--to", "18");
  assertEquals(next.code, 0, next.stderr + next.stdout);
  await host.shell(
    "podman rm -fv -t 0 db >/dev/null; podman rm -fv db.before >/dev/null 2>&1 || true",
  );
});

Deno.test("By pg_upgrade and in the unit's file: up, back to Bitnami's, up again", async () => {
  await host.shell(
    "install -d -o 0 -g 0 -m 775 /srv/xfs/db; mkdir /srv/xfs/db/conf",
  );
  await host.rig(
    ...["db", NAME, "db", "--image", OLD, "--inner", "/bitnami/postgresql"],
    ...["--dir", "/srv/xfs/db", "--env", "POSTGRES_PASSWORD=of-postgres"],
    ...["--env", "POSTGRESQL_PASSWORD=of-postgres"],
    ...["--env", "POSTGRESQL_DATABASE=shop"],
  );
  await serves();
  await ask("CREATE ROLE app LOGIN CREATEDB PASSWORD 'of-app'");
  await ask("ALTER DATABASE shop OWNER TO app");
  await fill("/srv/xfs/db");
  const before = await held();
  const words = ["--to", "17", "--method", "pg_upgrade", "--switch", "unit"];
  const up = await host.pgladder("upgrade", "db", ...words, "--yes");
  assertEquals(up.code, 0, up.stderr);
  await isNew("17", before);
  assertEquals(
    await host.shell("stat -c '%u %a' /srv/xfs/db /srv/xfs/db.bak/data"),
    "999 700\n1001 700\n",
  );
  const back = await host.pgladder(
    ...["rollback", "db", "--volume", "/srv/xfs/db", "--confirm", "db"],
  );
  assertEquals(back.code, 0, back.stderr + back.stdout);
  await serves();
  assertEquals(await held(), before);
  assertStringIncludes(
    await ask("SHOW config_file"),
    "/opt/bitnami/postgresql/conf/",
  );
  await host.shell("rm -rf /srv/xfs/db.aborted");
  const again = await host.pgladder("upgrade", "db", ...words, "--yes");
  assertEquals(again.code, 0, again.stderr);
  await isNew("17", before);
  await host.shell("systemctl disable --now podman-db.service");
});

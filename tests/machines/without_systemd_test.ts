/**
 * A host whose process 1 is a few lines of shell: `docker run --restart` and
 * nothing else starts the database. Killed in the restore, cut off from power,
 * resumed, rolled back, upgraded again by the other method, committed.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, type Output, until } from "../specs/host.ts";
import { readJournal, wordsOf } from "../specs/journal.ts";

const NAME = "without-systemd";
const INNER = "/var/lib/postgresql/data";
const ROWS = 300_000;
const CONFIRM = ["--yes", "--confirm", "db"];
const UPGRADE = ["upgrade", "db", "--to", "17", "--yes"];
let host: Host;
/** What it says where systemd runs the host and does not show itself. */
let hidden: Output;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17");
  await host.shell(`docker run -d ${words("15")}`);
  const hide =
    "mount -t tmpfs none /run/systemd; exec pgladder plan db --to 17";
  hidden = await host.exec("unshare", "--mount", "sh", "-ec", hide);
  await host.shell("docker rm -f db; rm -r /srv/db");
  await host.rig("plain", host.name);
  await host.cutPower();
  await host.boot();
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const words = (tag: string, more = "") =>
  `--name db --restart=always -e POSTGRES_PASSWORD=rig-db ${more} ` +
  `-v /srv/db:${INNER} docker.io/library/postgres:${tag} -c max_connections=37`;

async function sql(query: string): Promise<string> {
  const psql = ["docker", "exec", "db", "psql", "-U", "postgres", "-XAtqc"];
  return (await host.ok(...psql, query)).trim();
}

/** Over TCP, which no server of an initialisation listens to. */
async function checkServes(version: string, rows = ROWS) {
  const ready = ["docker", "exec", "db", "pg_isready", "-qh", "127.0.0.1"];
  await until(
    `${version} serves`,
    async () => (await host.exec(...ready)).code === 0,
  );
  assertEquals((await sql("SHOW server_version")).split(".")[0], version);
  assertEquals(await sql("SELECT count(*), sum(n) FROM kept"), counted(rows));
  assertEquals(await sql("SHOW max_connections"), "37");
}

const counted = (rows: number) => `${rows}|${rows * (rows + 1) / 2}`;

async function inspect(format: string): Promise<string> {
  const words = ["docker", "inspect", "--type", "container", "--format"];
  return (await host.exec(...words, format, "db")).stdout.trim();
}

const policy = () => inspect("{{.HostConfig.RestartPolicy.Name}}");

async function make() {
  await host.restore("bare");
  assertEquals(await host.exec("test", "-e", "/run/systemd/system"), {
    ...{ code: 1, stdout: "", stderr: "" },
  });
  await host.shell(`mkdir -p /srv/db; docker run -d ${words("15")}`);
  await until(
    "15 serves",
    async () =>
      (await host.exec(
        ...["docker", "exec", "db", "pg_isready", "-qh", "127.0.0.1"],
      )).code === 0,
  );
  await sql(
    `CREATE TABLE kept AS SELECT generate_series(1, ${ROWS}) AS n;
    CREATE INDEX ON kept (n); CREATE INDEX ON kept ((md5(n::text)))`,
  );
}

/** What was not yet on the disk is lost, too. */
async function cutPower() {
  await host.snapshot("cut");
  await host.restore("cut");
}

const facts = () => wordsOf(readJournal(host, "/srv/db"));

/** All of the session that pgladder has begun, at once. */
async function killDetached() {
  await host.shell(`read -r leader rest < <(tail -n +2 /run/pgladder-*.job)
    pkill -KILL -s "$leader"`);
}

function checkAsks({ code, stderr, stdout }: Output, from: string, to: string) {
  assertEquals(code, 5, stderr + stdout);
  const image = "docker.io/library/postgres";
  assertStringIncludes(
    stderr,
    `the image: ${image}:${from} → ${image}:${to}`,
  );
}

function checkDone({ code, stderr, stdout }: Output) {
  assertEquals(code, 0, stderr + stdout);
}

Deno.test("a systemd that does not show itself is not passed over", () => {
  assertEquals(hidden, {
    code: 3,
    stdout: "",
    stderr: "pgladder: The systemd of this host cannot be asked from here\n" +
      "  → Nothing was changed. Run pgladder on the host itself, and not in a container or a chroot\n",
  });
});

Deno.test("plan says what is weaker, and changes nothing", async () => {
  await make();
  const { code, stdout } = await host.pgladder("plan", "db", "--to", "17");
  assertEquals(code, 0, stdout);
  const page = flat(stdout);
  assertStringIncludes(
    page,
    "db, run by docker alone, on a host without systemd",
  );
  assertStringIncludes(
    page,
    'note unit no systemd runs this host; the restart policy of "db" is "always"',
  );
  assertStringIncludes(page, "nothing holds such services back");
  const named = ["plan", "db", "--to", "17", "--unit", "db.service"];
  const refused = await host.pgladder(...named);
  assertEquals(refused.code, 2, refused.stdout);
  assertStringIncludes(
    refused.stderr,
    '--unit names "db.service", and no systemd runs this host',
  );
  await host.shell(
    "mkdir -p /etc/local.d; echo docker start db >/etc/local.d/db.start",
  );
  const started = await host.pgladder("plan", "db", "--to", "17");
  assertEquals(started.code, 3, started.stdout);
  assertStringIncludes(
    flat(started.stdout),
    'no systemd runs this host, and of "db" it is known that /etc/local.d/db.start starts or brings up containers, perhaps this one',
  );
  await checkServes("15");
});

Deno.test("to 17 by a dump, detached, killed in the restore, cut off from power, and back", async () => {
  await make();
  const id = await inspect("{{.Id}}");
  const begun = await host.pgladder(...UPGRADE, "--detach");
  checkDone(begun);
  const log = "/srv/db.pgladder/job/resume.log";
  assertStringIncludes(
    begun.stdout,
    `Goes on in a session of its own, and writes to ${log}.`,
  );
  await until("the restore", () => facts().includes("step-started build"));
  await killDetached();
  assertStringIncludes(host.read(log), "dump");
  const status = await host.pgladder("status", "db");
  assertStringIncludes(flat(status.stdout), "nobody is at work on it");

  // It goes on detached, and the power fails in the same step.
  checkDone(await host.pgladder("resume", "db", "--detach"));
  await cutPower();
  assertEquals(await policy(), "no");
  assertEquals(await inspect("{{.State.Running}}"), "false");
  assertEquals(facts().at(-1), "step-started build");

  checkAsks(await host.pgladder("resume", "db"), "15", "17");
  await cutPower();
  await host.shell(`docker rename db db.before; docker create ${words("17")}`);
  checkDone(await host.pgladder("resume", "db"));
  await checkServes("17");
  assertEquals(await policy(), "always");

  // docker itself starts it after a power cut.
  await cutPower();
  await checkServes("17");

  checkAsks(await host.pgladder("rollback", "db", ...CONFIRM), "17", "15");
  await cutPower();
  await host.shell("docker rm db; docker rename db.before db");
  checkDone(await host.pgladder("resume", "db", "--confirm", "db"));
  await checkServes("15");
  assertEquals(await inspect("{{.Id}}"), id);
  assertEquals(await policy(), "always");
  await cutPower();
  await checkServes("15");
});

const CHANGE = `there() { docker container inspect "$1" >/dev/null 2>&1; }
case $PGLADDER_DIRECTION in
apply)
  there db.before || docker rename db db.before
  sleep 3
  there db || docker create ${words("17")} ;;
undo) docker rm db; docker rename db.before db ;;
esac`;

Deno.test("to 17 by pg_upgrade and a command, cut off in it, back, again, and committed", async () => {
  await make();
  await host.shell(`cat >/usr/local/bin/change <<'END'
#!/bin/bash
${CHANGE}
END
    chmod 755 /usr/local/bin/change`);
  const how = [
    ...[...UPGRADE, "--method", "pg_upgrade"],
    ...["--switch", "command", "--switch-command", "/usr/local/bin/change"],
  ];
  const climb = host.begin(...how);
  await climb.reaches("step-started switch");
  const before = ["docker", "container", "inspect", "db.before"];
  await until(
    "the command is at work",
    async () => (await host.exec(...before)).code === 0,
  );
  await climb.kill();
  // The command has a session of its own and goes on; then the power fails.
  await host.ok("pgrep", "-f", "/usr/local/bin/change");
  await host.ok("sync");
  await cutPower();
  checkDone(await host.pgladder("resume", "db"));
  await checkServes("17");
  checkDone(await host.pgladder("rollback", "db", ...CONFIRM));
  await checkServes("15");
  await sql(`INSERT INTO kept VALUES (${ROWS + 1})`);

  checkDone(await host.pgladder(...how));
  await checkServes("17", ROWS + 1);
  checkDone(await host.pgladder("commit", "db", "--confirm", "db"));
  await cutPower();
  await checkServes("17", ROWS + 1);
});

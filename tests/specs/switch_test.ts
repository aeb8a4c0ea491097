import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { flat, Host, type Output } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/** The configuration is changed by the operator, or by a program of theirs. */

const NAME = "specs-switch";
const FROM = "docker.io/library/postgres:15";
const TO = "docker.io/library/postgres:17";
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await host.save("plain");
});
Deno.test.afterAll(() => Host.lower(NAME));

/** What the operator types to change the tag in the unit file. */
async function changeUnit(from: string, to: string): Promise<void> {
  await host.ok("sed", "-i", `s|${from}|${to}|`, database.unitFile);
  await host.ok("systemctl", "daemon-reload");
}

/** A program for --switch command, which the rig's plain units are edited by. */
async function install(script: string): Promise<void> {
  await host.shell(
    `printf '%s\\n' '#!/bin/bash' "$(cat <<'END'
${script}
END
)" >/usr/local/bin/change; chmod 755 /usr/local/bin/change`,
  );
}

const LOGS =
  `env | grep ^PGLADDER_ | grep -v -e LOG= -e RESULT= -e COMMAND_FILE= | sort >/var/tmp/environment`;
const CHANGES = `case $PGLADDER_DIRECTION in
apply) sed -i "s|$PGLADDER_FROM_IMAGE|$PGLADDER_TO_IMAGE|" /etc/systemd/system/$PGLADDER_UNIT ;;
undo) sed -i "s|$PGLADDER_TO_IMAGE|$PGLADDER_FROM_IMAGE|" /etc/systemd/system/$PGLADDER_UNIT ;;
esac`;

function checkAsks(output: Output, from: string, to: string): void {
  const isUp = to.endsWith(":17");
  const back = isUp ? '; or go back with "pgladder rollback db"' : "";
  assertEquals(output.code, 5, output.stderr);
  assertStringIncludes(
    output.stderr,
    `pgladder: Change the configuration of podman-db.service:\n` +
      `  the image: ${from} → ${to}\n` +
      `  and have systemd load it (nixos-rebuild switch, or systemctl daemon-reload)\n` +
      `  → Then run "pgladder resume db"${back}\n`,
  );
}

Deno.test("--switch manual: waits with exit 5, again and again, until the change is there", async () => {
  checkAsks(
    await host.pgladder("upgrade", "db", "--to", "17", "--yes"),
    FROM,
    TO,
  );
  const status = JSON.parse(
    (await host.pgladder("status", "db", "--json")).stdout,
  ) as { state: string; message: string };
  assertEquals(status.state, "waiting");
  assertStringIncludes(status.message, `the image: ${FROM} → ${TO}`);
  checkAsks(await host.pgladder("resume", "db"), FROM, TO);
  await host.save("waiting");
  await changeUnit(FROM, TO);
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  await database.checkServes("17");
});

Deno.test("--switch manual: a rollback waits for the change back", async () => {
  await host.restore("waiting");
  // The boot tries to start the old image on the new cluster, in vain; with
  // the change it would start the new one, and there would be rows to lose.
  await host.ok("systemctl", "stop", database.unit);
  await changeUnit(FROM, TO);
  checkAsks(await host.pgladder("rollback", "db", "--yes"), TO, FROM);
  checkAsks(await host.pgladder("resume", "db"), TO, FROM);
  assertEquals(await database.isClosed(), true);
  await changeUnit(TO, FROM);
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  await database.checkServes("15");
});

Deno.test("--switch command: the program is told everything, for the upgrade and back", async () => {
  await host.restore("plain");
  await database.opens();
  const unit = host.read(database.unitFile);
  await install(`${LOGS}\n${CHANGES}`);
  const up = await host.pgladder(
    ...["upgrade", "db", "--to", "17", "--yes"],
    ...["--switch", "command", "--switch-command", "/usr/local/bin/change"],
  );
  assertEquals(up.code, 0, up.stderr);
  const told = (direction: string) =>
    [
      "PGLADDER_CONTAINER=db",
      `PGLADDER_DIRECTION=${direction}`,
      `PGLADDER_FROM_IMAGE=${FROM}`,
      "PGLADDER_FROM_MOUNT=/var/lib/postgresql/data",
      `PGLADDER_TO_IMAGE=${TO}`,
      "PGLADDER_TO_MOUNT=/var/lib/postgresql/data",
      "PGLADDER_UNIT=podman-db.service",
      "PGLADDER_VOLUME=/srv/db",
    ].join("\n");
  assertEquals(host.read("/var/tmp/environment").trim(), told("apply"));
  await database.checkServes("17");

  const down = await host.pgladder("rollback", "db", "--confirm", "db");
  assertEquals(down.code, 0, down.stderr);
  assertEquals(host.read("/var/tmp/environment").trim(), told("undo"));
  assertEquals(host.read(database.unitFile), unit);
  assertEquals(await database.version(), "15");
});

Deno.test("--switch command: exit 0 without the change fails the step; exit 1 with it is accepted", async () => {
  await host.restore("plain");
  await database.opens();
  await install("echo all is well");
  const idle = await host.pgladder(
    ...["upgrade", "db", "--to", "17", "--yes"],
    ...["--switch", "command", "--switch-command", "/usr/local/bin/change"],
  );
  assertEquals(idle.code, 4, idle.stderr);
  assertStringIncludes(
    idle.stderr,
    `pgladder: Cannot finish the step "switch": podman-db.service would run ${FROM} with the volume at /var/lib/postgresql/data\n` +
      `  → Fix the cause, then run "pgladder resume db"; or go back with "pgladder rollback db"\n`,
  );
  assertEquals(
    wordsOf(readJournal(host, "/srv/db")).at(-1),
    "step-failed switch",
  );
  assertEquals(await database.isClosed(), true);

  await install(`${CHANGES}\necho something else is wrong >&2\nexit 1`);
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  assertMatch(
    stderr,
    /"\/usr\/local\/bin\/change" ended with 1 \(attempt 2, log: \S+\): something else is wrong/,
  );
  await database.checkServes("17");
});

Deno.test("a unit made of scripts in a store, as on NixOS: read, and switched by a command", async () => {
  await host.restore("plain");
  // The same database, written down as NixOS does it.
  const rewrite = (tag: string, ...more: string[]) =>
    host.rig("db", host.name, "db", "--scripts", "--tag", tag, ...more);
  await rewrite("15");
  assertEquals(host.read(database.unitFile).includes("postgres:"), false);
  await host.ok("systemctl", "start", database.app);
  const refused = await host.pgladder(
    ...["plan", "db", "--to", "17", "--switch", "unit"],
  );
  assertEquals(refused.code, 3, refused.stdout);
  assertStringIncludes(
    flat(refused.stdout),
    `REFUSE switch "${database.unitFile}" itself does not name ${FROM} → Use --switch manual or --switch command `,
  );
  const plan = await host.pgladder("plan", "db", "--to", "17");
  assertEquals(plan.code, 0, plan.stdout);
  assertStringIncludes(
    flat(plan.stdout),
    `unit podman-db.service runs ${FROM}`,
  );

  // A rebuild makes a new script and a unit that names it.
  await rewrite("17", "--no-start");
  const next = host.read(database.unitFile);
  await rewrite("15", "--no-start");
  await host.shell(
    `cat >/usr/local/lib/next-unit <<'END'\n${next}END`,
  );
  await install(
    `cp /usr/local/lib/next-unit /etc/systemd/system/$PGLADDER_UNIT`,
  );
  const { code, stderr } = await host.pgladder(
    ...["upgrade", "db", "--to", "17", "--yes"],
    ...["--switch", "command", "--switch-command", "/usr/local/bin/change"],
  );
  assertEquals(code, 0, stderr);
  await database.checkServes("17");
});

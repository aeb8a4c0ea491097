import { assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, type Output, until } from "./host.ts";

/**
 * Units whose command is a program that nobody can read, and an image with a
 * user of its own, whose names and password come from files.
 */

const NAME = "unread";
const CONFIRM = ["--confirm", "db"];
const INNER = "/var/lib/postgresql/data";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
});
Deno.test.afterAll(() => Host.lower(NAME));

function checkCode(output: Output, code: number) {
  assertEquals(output.code, code, output.stderr + output.stdout);
}

async function sql(name: string, query: string): Promise<string> {
  const psql = 'PGPASSWORD="$(cat /secrets/password)" psql -XAtqc "$1" \\' +
    '\n-U "$(cat /secrets/user)" -d "$(cat /secrets/db)"';
  const words = ["podman", "exec", name, "bash", "-ceu", psql, "sh", query];
  return (await host.ok(...words)).trim();
}

async function serves(name: string, version: string) {
  const ready = ["podman", "exec", name, "pg_isready", "-qh", "127.0.0.1"];
  await until(
    `${version} serves`,
    async () => (await host.exec(...ready)).code === 0,
  );
  const shown = await sql(name, "SHOW server_version");
  assertEquals(shown.split(".")[0], version);
}

async function holds(name: string, version: string) {
  await serves(name, version);
  assertEquals(await sql(name, "SELECT count(*) FROM kept"), "1000");
}

const fill = (name: string) =>
  sql(name, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");

const SECRETS = `mkdir -p /srv/secrets
  printf 'owner\\n' >/srv/secrets/user
  printf 'things\\n' >/srv/secrets/db
  printf 'p w$1' >/srv/secrets/password`;
const GIVEN = ["USER", "DB", "PASSWORD"]
  .map((it) => `-e POSTGRES_${it}_FILE=/secrets/${it.toLowerCase()}`)
  .join(" ");

/** Its words stand in no file that is a script of a shell. */
const PROGRAM = `#!/usr/bin/perl
my $tag = $ENV{"PG_TAG"} || "15";
exec qw(podman run --rm --name db -v /srv/db:${INNER} -v /srv/secrets:/secrets:ro
  ${GIVEN}), "docker.io/library/postgres:$tag";
`;

const change = (tag: string) => host.shell(`echo PG_TAG=${tag} >/etc/db.env`);

Deno.test("a unit that nobody can read: who is asked is believed, and what then runs is looked at", async () => {
  await host.shell(`${SECRETS}
    mkdir -p /srv/db
    cat >/opt/up <<'END'
${PROGRAM}END
    chmod +x /opt/up; echo PG_TAG=15 >/etc/db.env
    cat >/etc/systemd/system/db.service <<'END'
[Service]
EnvironmentFile=/etc/db.env
ExecStart=/opt/up
ExecStop=/usr/bin/podman stop db
[Install]
WantedBy=multi-user.target
END
    systemctl daemon-reload; systemctl enable --quiet --now db`);
  await serves("db", "15");
  await fill("db");
  const to = ["db", "--to", "17", "--unit", "db.service"];
  checkCode(await host.pgladder("plan", "db", "--to", "17"), 3);
  const plan = await host.pgladder("plan", ...to);
  checkCode(plan, 0);
  assertStringIncludes(
    flat(plan.stdout),
    "so what it would run is known only once it runs",
  );

  const asked = await host.pgladder("upgrade", ...to, "--yes");
  checkCode(asked, 5);
  assertStringIncludes(asked.stderr, "pgladder cannot read it");
  // Nothing was changed: the old one does not start on the new cluster.
  const again = await host.pgladder("resume", "db");
  checkCode(again, 5);
  assertStringIncludes(
    flat(again.stderr),
    "See what db.service runs, and make it name docker.io/library/postgres:17",
  );
  await change("17");
  checkCode(await host.pgladder("resume", "db"), 0);
  await holds("db", "17");

  const back = await host.pgladder("rollback", "db", ...CONFIRM);
  checkCode(back, 5);
  await change("15");
  checkCode(await host.pgladder("resume", "db", ...CONFIRM), 0);
  await holds("db", "15");
  checkCode(await host.pgladder("commit", "db", ...CONFIRM), 0);
});

Deno.test("the same by a command, up and back", async () => {
  const command =
    '[ "$PGLADDER_DIRECTION" = apply ] && image=$PGLADDER_TO_IMAGE || image=$PGLADDER_FROM_IMAGE; echo "PG_TAG=${image##*:}" >/etc/db.env';
  checkCode(
    await host.pgladder(
      ...["upgrade", "db", "--to", "17", "--unit", "db.service", "--yes"],
      ...["--switch", "command", "--switch-command", command],
    ),
    0,
  );
  await holds("db", "17");
  checkCode(await host.pgladder("rollback", "db", ...CONFIRM), 0);
  await holds("db", "15");
  checkCode(await host.pgladder("commit", "db", ...CONFIRM), 0);
});

Deno.test("an image with a user of its own, names and password from files, scram on the socket", async () => {
  await host.shell(`systemctl disable --quiet --now db
    for tag in 15 17; do
      podman create --name made docker.io/library/postgres:$tag >/dev/null
      podman commit -q --change 'USER postgres' made localhost/own:$tag >/dev/null
      podman rm -v made >/dev/null
    done
    install -d -o 999 -g 999 -m 700 /srv/own
    cat >/etc/systemd/system/own.service <<'END'
[Service]
ExecStart=/usr/bin/podman run --rm --name own -v /srv/own:${INNER} -v /srv/secrets:/secrets:ro ${GIVEN} -e POSTGRES_INITDB_ARGS=--auth=scram-sha-256 localhost/own:15
ExecStop=/usr/bin/podman stop own
[Install]
WantedBy=multi-user.target
END
    systemctl daemon-reload; systemctl enable --quiet --now own`);
  await serves("own", "15");
  await fill("own");
  for (const method of ["dump", "pg_upgrade"]) {
    checkCode(
      await host.pgladder(
        ...["upgrade", "own", "--to", "17", "--switch", "unit", "--yes"],
        ...["--method", method],
      ),
      0,
    );
    await holds("own", "17");
    checkCode(await host.pgladder("rollback", "own", "--confirm", "own"), 0);
    await holds("own", "15");
    checkCode(await host.pgladder("commit", "own", "--confirm", "own"), 0);
  }
});

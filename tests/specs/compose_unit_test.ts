import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { flat, Host, type Output, until } from "./host.ts";

/**
 * A unit that has docker's own compose bring a project up, by the absolute
 * path of docker: a program, which no one reads as a script.
 */

const NAME = "compose-unit";
const CONTAINER = "forum-db-1";
const FILE = "/srv/forum/compose.yaml";
const WAY = ["--switch", "compose", "--runtime", "docker"];
const COMPOSE = `services:
  db:
    image: docker.io/library/postgres:15   # the rows
    environment:
      POSTGRES_PASSWORD: rig-db
    volumes:
      - /srv/db:/var/lib/postgresql/data
    healthcheck:
      test: ["CMD", "pg_isready", "-q", "-h", "127.0.0.1"]
      interval: 1s
      retries: 60
  web:
    image: docker.io/library/postgres:17
    entrypoint: ["sleep", "infinity"]
    depends_on:
      db:
        condition: service_healthy
`;
const UNIT = `[Unit]
Requires=docker.service
After=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
WorkingDirectory=/srv/forum
ExecStart=/usr/bin/docker compose up -d
ExecStop=/usr/bin/docker compose down

[Install]
WantedBy=multi-user.target
`;
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17", "18");
  await host.shell(`mkdir -p /srv/forum /srv/db
    cat >${FILE} <<'END'
${COMPOSE}END
    cat >/etc/systemd/system/forum.service <<'END'
${UNIT}END
    systemctl daemon-reload
    systemctl enable --now --quiet forum.service`);
  await serves("15");
  await sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
});
Deno.test.afterAll(() => Host.lower(NAME));

async function sql(query: string): Promise<string> {
  const psql = ["psql", "-U", "postgres", "-XAtqc", query];
  return (await host.ok("docker", "exec", CONTAINER, ...psql)).trim();
}

async function serves(version: string): Promise<void> {
  const ready = ["exec", CONTAINER, "pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${version} serves`,
    async () => (await host.exec("docker", ...ready)).code === 0,
  );
  assertEquals((await sql("SHOW server_version")).split(".")[0], version);
  const names = await host.ok("docker", "ps", "--format", "{{.Names}}");
  assertEquals(names.trim().split("\n").sort(), [CONTAINER, "forum-web-1"]);
}

function checkDone({ code, stderr, stdout }: Output): void {
  assertEquals(code, 0, stderr + stdout);
}

for (const to of ["17", "18"]) {
  Deno.test(`15 → ${to} by a unit with the absolute path of docker, and back`, async () => {
    const plan = await host.pgladder("plan", CONTAINER, "--to", to, ...WAY);
    checkDone(plan);
    assertStringIncludes(plan.stdout, "forum.service");
    assertStringIncludes(
      plan.stdout,
      `+    image: docker.io/library/postgres:${to}   # the rows`,
    );
    checkDone(
      await host.pgladder("upgrade", CONTAINER, "--to", to, ...WAY, "--yes"),
    );
    await serves(to);
    assertEquals(await sql("SELECT count(*) FROM kept"), "1000");
    assertStringIncludes(host.read(FILE), `library/postgres:${to}   # the`);
    const confirm = ["--yes", "--confirm", CONTAINER];
    checkDone(
      await host.pgladder(
        ...["rollback", CONTAINER, ...confirm],
      ),
    );
    await serves("15");
    assertEquals(await sql("SELECT count(*) FROM kept"), "1000");
    assertEquals(host.read(FILE), COMPOSE);
  });
}

Deno.test("the second upgrade left the first one's data alone; commit removes one after the other", async () => {
  const kept = () => host.list("/srv").filter((it) => it.includes(".aborted"));
  const [first, second] = kept();
  assertEquals([first, kept().length], ["db.aborted", 2]);
  assertMatch(second ?? "", /^db\.aborted-[0-9a-f-]+$/);
  const commit = ["commit", "--confirm", CONTAINER];
  checkDone(await host.pgladder(...commit));
  assertEquals(kept(), ["db.aborted"]);
  checkDone(await host.pgladder(...commit));
  assertEquals(kept(), []);
  assertEquals((await host.pgladder(...commit)).code, 3);
});

Deno.test("what a program that is no script brings up is known by the container's labels", async () => {
  await host.shell(`
    install -D /usr/bin/docker /usr/local/bin/up
    sed -i 's,^ExecStart=.*,ExecStart=/usr/local/bin/up compose up -d,' \\
      /etc/systemd/system/forum.service
    systemctl daemon-reload`);
  const manual = ["--switch", "manual", "--runtime", "docker"];
  const plan = await host.pgladder("plan", CONTAINER, "--to", "17", ...manual);
  checkDone(plan);
  assertStringIncludes(
    flat(plan.stdout),
    "forum.service runs docker.io/library/postgres:15",
  );
});

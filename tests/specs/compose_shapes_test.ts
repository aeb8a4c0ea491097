import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { flat, Host, type Output, until } from "./host.ts";

/**
 * Projects as people have them: one whose services live in the database's
 * container or never stay up, a template unit beside a neighbour's, a unit with
 * a script of somebody's own.
 */

const NAME = "compose-shapes";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17");
});
Deno.test.afterAll(() => Host.lower(NAME));

const composed = (more = "") =>
  `services:
  db:
    image: docker.io/library/postgres:\${PG_TAG:-15}
    restart: unless-stopped
    volumes: [ "rows:/var/lib/postgresql/data" ]
    environment: {POSTGRES_PASSWORD: rig-db, NOTE: "\${NOTE:-}"}
${more}volumes: {rows: }
`;

/** The project of that name, in its own directory. */
class Project {
  readonly db: string;

  constructor(readonly name: string, readonly home: string) {
    this.db = `${name}-db-1`;
  }

  async write(more = "") {
    await host.shell(`mkdir -p ${this.home}
      cat >${this.home}/compose.yaml <<'END'
${composed(more)}END`);
  }

  async fill() {
    await this.serves("15");
    await this.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
  }

  async sql(query: string): Promise<string> {
    const psql = ["psql", "-U", "postgres", "-XAtqc", query];
    return (await host.ok("docker", "exec", this.db, ...psql)).trim();
  }

  async serves(version: string) {
    const ready = ["exec", this.db, "pg_isready", "-q", "-h", "127.0.0.1"];
    await until(
      `${version} serves in ${this.name}`,
      async () => (await host.exec("docker", ...ready)).code === 0,
    );
    assertEquals(
      (await this.sql("SHOW server_version")).split(".")[0],
      version,
    );
  }

  async holds(version: string) {
    await this.serves(version);
    assertEquals(await this.sql("SELECT count(*) FROM kept"), "1000");
  }

  plan(...words: string[]): Promise<Output> {
    return host.pgladder("plan", this.db, "--to", "17", ...words);
  }

  /** Up and back by one command each. */
  async climbs(...words: string[]) {
    const up = ["upgrade", this.db, "--to", "17", "--yes", ...words];
    checkDone(await host.pgladder(...up));
    await this.holds("17");
    const confirm = ["--confirm", this.db];
    checkDone(await host.pgladder("rollback", this.db, "--yes", ...confirm));
    await this.holds("15");
    checkDone(await host.pgladder("commit", this.db, ...confirm));
  }
}

function checkDone({ code, stderr, stdout }: Output) {
  assertEquals(code, 0, stderr + stdout);
}

const stateOf = async (name: string, format: string) =>
  (await host.ok("docker", "inspect", "--format", format, name)).trim();

Deno.test("what lives in the database's container is made again with it, and what never stays up is not waited for", async () => {
  const project = new Project("vpn", "/srv/vpn");
  await project.write(`  side:
    image: docker.io/library/postgres:15
    network_mode: service:db
    restart: always
    entrypoint: [bash, -c, "trap 'exit 0' TERM; while sleep 1; do pg_isready -qh 127.0.0.1 && touch /tmp/reached; done & wait"]
  loop:
    image: docker.io/library/postgres:15
    restart: always
    depends_on: [db]
    entrypoint: [bash, -c, "sleep 0.2; exit 1"]
`);
  await host.shell("cd /srv/vpn; docker compose up -d 2>&1");
  await project.fill();
  const plan = await project.plan("--switch", "compose");
  checkDone(plan);
  assertStringIncludes(
    flat(plan.stdout),
    "vpn-loop-1 does not stay up, and is started again and again",
  );
  checkDone(await host.pgladder(...UP_VPN, "--switch", "compose"));
  await checkVpn(project, "17");
  const confirm = ["--confirm", project.db];
  checkDone(await host.pgladder("rollback", project.db, ...confirm));
  await checkVpn(project, "15");
  checkDone(await host.pgladder("commit", project.db, ...confirm));
});

const UP_VPN = ["upgrade", "vpn-db-1", "--to", "17", "--yes"];

async function checkVpn(project: Project, version: string) {
  await project.holds(version);
  const id = await stateOf(project.db, "{{.Id}}");
  const state = "{{.HostConfig.NetworkMode}} {{.State.Status}}";
  assertEquals(await stateOf("vpn-side-1", state), `container:${id} running`);
  const reached = ["exec", "vpn-side-1", "test", "-e", "/tmp/reached"];
  await until(
    "it reaches the database",
    async () => (await host.exec("docker", ...reached)).code === 0,
  );
  assertMatch(
    await stateOf("vpn-loop-1", "{{.State.Status}}"),
    /running|restarting/,
  );
  assertEquals(
    await stateOf("vpn-loop-1", "{{.HostConfig.RestartPolicy.Name}}"),
    "always",
  );
}

Deno.test("by hand, what it says to type makes that again as well", async () => {
  const project = new Project("vpn", "/srv/vpn");
  const asked = await host.pgladder(...UP_VPN);
  assertEquals(asked.code, 5, asked.stderr + asked.stdout);
  const typed = /then "(docker compose .*)"/.exec(asked.stderr)?.[1] ?? "";
  assertStringIncludes(typed, " up -d db side");
  await host.shell(`echo PG_TAG=17 >/srv/vpn/.env; ${typed} 2>&1`);
  checkDone(await host.pgladder("resume", project.db));
  await checkVpn(project, "17");
  checkDone(
    await host.pgladder("commit", project.db, "--confirm", project.db),
  );
  await host.shell("cd /srv/vpn; docker compose down -v 2>&1");
});

Deno.test("a container that lives in one that is made again by hand is refused", async () => {
  await host.shell(`
    docker run -d --name solo -e POSTGRES_PASSWORD=x -v /srv/solo:/var/lib/postgresql/data docker.io/library/postgres:15
    docker run -d --name guest --network container:solo --entrypoint sleep docker.io/library/postgres:15 infinity`);
  await until(
    "it serves",
    async () =>
      (await host.exec(
        "docker",
        "exec",
        "solo",
        "pg_isready",
        "-q",
        "-h",
        "127.0.0.1",
      )).code === 0,
  );
  const plan = await host.pgladder("plan", "solo", "--to", "17");
  assertEquals(plan.code, 3, plan.stderr + plan.stdout);
  assertStringIncludes(flat(plan.stdout), '"guest" shares the network');
  await host.shell("docker rm -f solo guest; rm -rf /srv/solo");
});

const TEMPLATE = `[Service]
Type=oneshot
RemainAfterExit=yes
WorkingDirectory=/etc/docker/compose/%i
ExecStart=/usr/bin/docker compose up -d --remove-orphans
ExecStop=/usr/bin/docker compose down
`;

Deno.test("a template's unit, beside a neighbour's project without a unit", async () => {
  const forum = new Project("forum", "/etc/docker/compose/forum");
  const wiki = new Project("wiki", "/srv/wiki");
  await forum.write();
  await wiki.write();
  await host.shell(`
    cat >/etc/systemd/system/docker-compose@.service <<'END'
${TEMPLATE}END
    systemctl daemon-reload
    systemctl start docker-compose@forum.service
    cd /srv/wiki; docker compose up -d 2>&1`);
  await forum.fill();
  await wiki.fill();
  const plan = await forum.plan("--switch", "compose");
  checkDone(plan);
  assertStringIncludes(plan.stdout, "docker-compose@forum.service");
  await forum.climbs("--switch", "compose");
  await wiki.climbs("--switch", "compose");
  await forum.holds("15");
  await host.shell("cd /srv/wiki; docker compose down -v 2>&1");
});

Deno.test("a unit with a script of somebody's own, by the container's labels", async () => {
  const shop = new Project("shop", "/srv/shop");
  await shop.write();
  await host.shell(`
    cat >/opt/up.sh <<'END'
#!/bin/bash
cd /srv/shop && exec docker compose up -d
END
    chmod +x /opt/up.sh
    cat >/etc/systemd/system/shop.service <<'END'
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/opt/up.sh
ExecStop=/usr/bin/docker compose -f /srv/shop/compose.yaml down
END
    systemctl daemon-reload
    systemctl start shop.service`);
  await shop.fill();
  await shop.climbs("--switch", "compose");
});

Deno.test("one file for two projects is changed for neither; two files with one .env where both read the value", async () => {
  const shop = new Project("shop", "/srv/shop");
  await host.shell("cd /srv/shop; docker compose -p other up -d 2>&1");
  const refused = await shop.plan("--switch", "compose");
  assertEquals(refused.code, 3, refused.stderr + refused.stdout);
  assertStringIncludes(
    flat(refused.stdout),
    '"/srv/shop/compose.yaml" is read by the project "other" as well ("other-db-1")',
  );
  checkDone(await shop.plan());
  await host.shell("docker rm -f other-db-1; docker volume rm other_rows");
});

Deno.test("what a person's shell alone sets decides nothing", async () => {
  const lone = new Project("lone", "/srv/lone");
  await lone.write();
  await host.shell("cd /srv/lone; NOTE=mine docker compose up -d 2>&1");
  await lone.serves("15");
  const { code, stdout } = await host.exec(
    ...["env", "NOTE=mine", "pgladder", "plan", lone.db, "--to", "17"],
    ...["--switch", "compose"],
  );
  assertEquals(code, 3, stdout);
  assertStringIncludes(
    flat(stdout),
    '"lone-db-1" was made of variables that your shell alone sets',
  );
  await host.shell("cd /srv/lone; docker compose down -v 2>&1");
});

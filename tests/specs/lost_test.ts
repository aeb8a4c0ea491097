import type { Diagnosis } from "./diagnosis.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, until } from "./host.ts";

/**
 * An empty cluster is served, and the rows are in a place that the image does
 * not look at: what `status` prints is typed, and brings them back.
 */

const NAME = "lost";
const OLD = "/var/lib/postgresql/data";
const NEW = "/var/lib/postgresql";
const POSTGRES = "docker.io/library/postgres";
const STORE = "/var/lib/docker";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "17", "18");
});
Deno.test.afterAll(() => Host.lower(NAME));

const psql = (name: string, sql: string) =>
  host.ok("docker", "exec", name, "psql", "-U", "postgres", "-XAtqc", sql);

async function serves(name: string) {
  const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${name} serves`,
    async () => (await host.exec("docker", "exec", name, ...ready)).code === 0,
  );
}

/** Rows, a role with a password, a setting. */
async function fill(name: string) {
  await serves(name);
  for (
    const sql of [
      "create role app login password 'hunter2'",
      "alter system set work_mem = '7MB'",
      "create table rows as select generate_series(1, 1000) as id",
    ]
  ) await psql(name, sql);
}

async function holds(name: string, major: number) {
  await serves(name);
  const said = await psql(
    name,
    `select count(*) from rows; show work_mem;
     select count(*) from pg_authid where rolname = 'app' and rolpassword <> '';
     select current_setting('server_version_num')::int / 10000`,
  );
  assertEquals(said.trim().split("\n"), ["1000", "7MB", "1", `${major}`]);
}

const run = (name: string, image: string, ...more: string[]) =>
  host.ok(
    ...["docker", "run", "-d", "--restart", "always", "--name", name],
    ...["-e", "POSTGRES_PASSWORD=x", ...more, image],
  );

async function told(name: string, directory = "/"): Promise<Diagnosis> {
  const inside = `cd ${directory}; exec pgladder status ${name} --json`;
  const { stdout } = await host.exec("bash", "-c", inside);
  return JSON.parse(stdout);
}

/** What is printed for the first finding, and its first sentences. */
async function printed(name: string, code: string, directory = "/") {
  const { clusters, findings: [first] } = await told(name, directory);
  assertEquals(first?.code, code);
  const remedy = first?.remedy.join(" ") ?? "";
  const [command] = /pgladder upgrade [^"]*/.exec(remedy) ?? [];
  return { clusters, command, remedy, type: first?.type ?? [] };
}

const meanwhile = async (name: string) =>
  (await psql(name, "select count(*) from pg_roles where rolname = 'late'"))
    .trim();

/** What a container had served is beside its volume, and no commit took it. */
const aside = (volume: string) =>
  host.list(STORE).filter((it) => it.startsWith(`volume-${volume}.bak-`));

Deno.test("docker run, volumes without names: found, named with size and dates, and brought back", async () => {
  const name = "hand";
  await run(name, `${POSTGRES}:17`);
  await fill(name);
  assertEquals((await told(name)).findings[0]?.code, "nameless-volume");
  await host.ok("docker", "rm", "-f", name);
  const { stderr } = await host.pgladder("status", name);
  assertStringIncludes(stderr, "(PostgreSQL 17)");
  await run(name, `${POSTGRES}:18`);
  await serves(name);
  const first = await printed(name, "empty-beside");
  const lost = first.clusters.find(({ major }) => major === 17);
  assertEquals([lost?.relations, (lost?.bytes ?? 0) > 30e6], [1, true]);
  const text = flat((await host.exec("pgladder", "status", name)).stdout);
  assert(/1 table or index, last started 2\d{3}-.*, last ch/.test(text), text);
  // What it says that cannot be done yet is refused, with what to do.
  const early = await host.exec("bash", "-c", `${first.command} --yes`);
  assertEquals(early.code, 3, early.stdout + early.stderr);
  assertStringIncludes(early.stderr, "it has no name of its own");
  for (const command of first.type) await host.shell(command);
  assertStringIncludes(first.remedy, `"-v ${name}-data:${NEW}"`);
  await run(name, `${POSTGRES}:18`, "-v", `${name}-data:${NEW}`);
  await serves(name);
  await psql(name, "create role late");
  const { type: [command] } = await printed(name, "empty-beside");
  assertEquals(command, first.command);
  const plan = await host.exec(
    "bash",
    "-c",
    `${command}`.replace(
      "upgrade",
      "plan",
    ),
  );
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  await host.shell(`${command} --yes`);
  await holds(name, 18);
  assertEquals(await meanwhile(name), "0");
  assertEquals(aside(`${name}-data`).length, 1);
  // Back to what was found, which served; and there again.
  await host.ok("pgladder", "rollback", name, "--confirm", name);
  await serves(name);
  assertEquals(await meanwhile(name), "1");
  await host.ok("pgladder", "commit", name, "--confirm", name);
  await host.shell(`${command} --yes`);
  await holds(name, 18);
  await host.ok("pgladder", "commit", name);
  const [kept] = aside(`${name}-data`);
  assert(host.exists(`${STORE}/${kept}/18/docker/PG_VERSION`), kept);
  assert(host.exists(`${lost?.path}/PG_VERSION`));
  assertEquals((await host.pgladder("status", name)).code, 0);
  await host.ok("docker", "rm", "-f", name, `${name}-before`);
});

const compose = (directory: string, ...words: string[]) =>
  host.shell(`cd ${directory}; docker compose ${words.join(" ")} 2>&1`);

const project = (directory: string, major: number, mount: string, env = "") =>
  host.shell(`mkdir -p ${directory}; cat >${directory}/compose.yaml <<'EOF'
services:
  db:
    image: ${POSTGRES}:${major}
    restart: always
    volumes: ["rows:${mount}"]
    environment: {POSTGRES_PASSWORD: x${env}}
volumes: {rows: {}}
EOF`);

Deno.test("compose: the mount was never where 17 looks, and 18 begins empty in it; the power fails", async () => {
  const name = "shop-db-1";
  await project("/srv/shop", 17, NEW);
  await compose("/srv/shop", "up", "-d");
  await fill(name);
  await project("/srv/shop", 18, NEW);
  await compose("/srv/shop", "down");
  await compose("/srv/shop", "up", "-d");
  await serves(name);
  await psql(name, "create role late");
  const { type: [command = ""] } = await printed(
    name,
    "empty-beside",
    "/srv/shop",
  );
  // A plan that names no volume says it, too.
  const plan = await host.pgladder("plan", name, "--to", "18");
  assertStringIncludes(flat(plan.stdout), "a cluster of 17 with 1 table");
  const climb = host.begin(...command.split(" ").slice(1), "--yes");
  await climb.reaches("step-started build", {
    volume: `${STORE}/volume-shop_rows`,
  });
  await host.cutPower();
  await climb.end();
  await host.boot();
  await host.ok("pgladder", "resume", name);
  await holds(name, 18);
  await host.ok("pgladder", "rollback", name, "--confirm", name);
  assertEquals(await meanwhile(name), "1");
  await compose("/srv/shop", "down");
});

Deno.test("compose: the project has another name, and the same version serves it empty", async () => {
  const name = "new-db-1";
  await project("/srv/forum", 17, OLD);
  await compose("/srv/forum", "-p", "old", "up", "-d");
  await fill("old-db-1");
  await compose("/srv/forum", "-p", "old", "down");
  await compose("/srv/forum", "-p", "new", "up", "-d");
  await serves(name);
  const { type: [command] } = await printed(name, "empty-beside", "/srv/forum");
  await host.shell(`${command} --yes --method pg_upgrade`);
  await holds(name, 17);
  await host.ok("pgladder", "commit", name);
  assertEquals(aside("new_rows").length, 1);
  await compose("/srv/forum", "-p", "new", "down");
});

Deno.test("docker run: mounted below 18, where no image looks", async () => {
  const name = "below";
  await run(name, `${POSTGRES}:17`, "-v", `below:${OLD}`);
  await fill(name);
  await host.ok("docker", "rm", "-f", name);
  await run(name, `${POSTGRES}:18`, "-v", `below:${NEW}/18/data`);
  await serves(name);
  const { command, remedy, type } = await printed(name, "empty-beside");
  assertStringIncludes(remedy, `below is mounted at ${NEW}, and not at`);
  for (const line of type) await host.shell(line);
  await host.ok("docker", "rm", name);
  await run(name, `${POSTGRES}:18`, "-v", `below:${NEW}`);
  await host.shell(`${command} --yes`);
  await holds(name, 18);
  await host.ok("docker", "rm", "-f", name);
});

Deno.test("compose: a PGDATA that is said stays with its mount, on the way to 18, too", async () => {
  const name = "pin-db-1";
  const pinned = `, PGDATA: ${OLD}`;
  await project("/srv/pin", 17, OLD, pinned);
  await compose("/srv/pin", "up", "-d");
  await fill(name);
  await host.ok(
    ...["pgladder", "upgrade", name, "--to", "18", "--yes"],
    ...["--switch", "compose"],
  );
  await holds(name, 18);
  assertStringIncludes(host.read("/srv/pin/compose.yaml"), `rows:${OLD}`);
  await host.ok("pgladder", "rollback", name, "--confirm", name);
  await holds(name, 17);
  // The first images of 18 have a link where the data are to be mounted.
  await host.shell(`docker create --name link ${POSTGRES}:18
    docker export link >/srv/link.tar; docker rm link
    mkdir -p /srv/link/var/lib/postgresql; ln -s . /srv/link${OLD}
    tar -C /srv/link -rf /srv/link.tar .${OLD}
    docker import -c 'ENV PG_MAJOR=18' -c 'ENV PATH=${PATH}' \\
      -c 'ENV PGDATA=${NEW}/18/docker' /srv/link.tar early:18`);
  const { code, stdout } = await host.pgladder(
    ...["plan", name, "--image", "early:18", "--switch", "compose"],
  );
  assertEquals(code, 3, stdout);
  assertStringIncludes(
    flat(stdout),
    `early:18 has a symbolic link at ${OLD}, where no runtime can mount`,
  );
  await host.ok("pgladder", "commit", name, "--confirm", name);
  await compose("/srv/pin", "down");
});

const PATH =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin";

Deno.test("podman run: the line that is printed says the old PGDATA no more, and resume goes on", async () => {
  const name = "said";
  await host.shell(`mkdir -p /srv/${name}
    podman run -d --name ${name} --restart always -e POSTGRES_PASSWORD=x \\
      -e PGDATA=${OLD} -v /srv/${name}:${OLD} ${POSTGRES}:17`);
  const inside = ["podman", "exec", name, "psql", "-U", "postgres", "-XAtqc"];
  await until(
    "it serves",
    async () => (await host.exec(...inside, "select 1")).code === 0,
  );
  await host.ok(...inside, "create table rows as select 1 as id");
  const asked = await host.pgladder("upgrade", name, "--to", "18", "--yes");
  assertEquals(asked.code, 5, asked.stdout + asked.stderr);
  const [there = ""] = asked.stderr.split(`where ${name} is gone`);
  const lines = there.split("\n").map((it) => it.trim())
    .filter((it) => /(podman|\)") (rename|create) /.test(it));
  assertEquals(lines.length, 2, asked.stderr);
  for (const it of lines) await host.shell(it);
  await host.ok("pgladder", "resume", name);
  assertEquals(
    (await host.ok(...inside, "select count(*) from rows; show data_directory"))
      .trim().split("\n"),
    ["1", `${NEW}/18/docker`],
  );
  await host.ok("podman", "rm", "-f", name, `${name}.before`);
});

Deno.test("docker run: one table in the new cluster hides no lost one", async () => {
  const name = "an";
  await run(name, `${POSTGRES}:17`);
  await fill(name);
  await host.ok("docker", "rm", "-f", name);
  await run(name, `${POSTGRES}:18`);
  await serves(name);
  await psql(name, "create table mine as select 1 as id");
  const { clusters } = await printed(name, "younger-beside");
  assert(clusters.some(({ major }) => major === 17));
  assertEquals((await host.pgladder("status", name)).code, 3);
  await host.ok("docker", "rm", "-f", name);
});

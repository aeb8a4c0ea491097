import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { flat, Host, until } from "./host.ts";

/**
 * From a database that does not serve: somebody's pull has put 17 on data of
 * 15. One command asks the data by their own version and upgrades them.
 */

const NAME = "unserved";
const OLD = "/var/lib/postgresql/data";
const POSTGRES = "docker.io/library/postgres";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "xfs", "--size", "4G");
  await host.rig("docker", host.name, "15", "17", "18");
});
Deno.test.afterAll(() => Host.lower(NAME));

const psql = (runtime: string, name: string, sql: string) =>
  host.ok(runtime, "exec", name, "psql", "-U", "postgres", "-XAtqc", sql);

async function serves(runtime: string, name: string) {
  const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${name} serves`,
    async () => (await host.exec(runtime, "exec", name, ...ready)).code === 0,
  );
}

/** Rows, a role with a password, a setting, and a database of its own. */
async function fill(runtime: string, name: string) {
  await serves(runtime, name);
  for (
    const sql of [
      "create role app login password 'hunter2'",
      "alter system set work_mem = '7MB'",
      "create database shop owner app",
      "create table rows as select generate_series(1, 1000) as id",
      "alter role app set statement_timeout = '9s'",
    ]
  ) await psql(runtime, name, sql);
}

async function holds(runtime: string, name: string, major: number) {
  await serves(runtime, name);
  const said = await psql(
    runtime,
    name,
    `select count(*) from rows; show work_mem;
     select rolname, rolconfig from pg_roles where rolname = 'app' and rolcanlogin;
     select pg_get_userbyid(datdba) from pg_database where datname = 'shop';
     select current_setting('server_version_num')::int / 10000`,
  );
  assertEquals(said.trim().split("\n"), [
    ...["1000", "7MB", "app|{statement_timeout=9s}", "app", `${major}`],
  ]);
}

const status = (name: string) => host.exec("pgladder", "status", name);
/** A container of docker alone, on data of 15 that 17 cannot read. */
async function moved(name: string, volume: string, stop: string) {
  const run = (image: number) =>
    host.ok(
      ...["docker", "run", "-d", "--restart", "always", "--name", name],
      ...["-e", "POSTGRES_PASSWORD=x", "-v", `${volume}:${OLD}`],
      `${POSTGRES}:${image}`,
    );
  await host.shell(`mkdir -p ${volume}`);
  await run(15);
  await fill("docker", name);
  await host.shell(stop);
  await host.ok("docker", "rm", "-f", name);
  await run(17);
  await until(
    `${name} restarts`,
    async () => (await status(name)).stdout.includes("restarts for ever"),
  );
}

Deno.test("docker run: it restarts for ever, and is upgraded, rolled back, and served by the old version", async () => {
  const name = "hand";
  const volume = "/srv/xfs/hand";
  await moved(name, volume, `docker stop ${name}`);
  const before = await host.tree(volume);
  const plan = await host.pgladder("plan", name, "--to", "17");
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  const said = flat(plan.stdout);
  assertStringIncludes(said, "the downtime has begun already");
  assertStringIncludes(said, `${POSTGRES}:15, 15.`);
  assertStringIncludes(said, `nothing to change: ${POSTGRES}:17 is named`);
  assertEquals(await host.tree(volume), before);
  await host.ok("pgladder", "upgrade", name, "--to", "17", "--yes");
  await holds("docker", name, 17);
  assertEquals((await status(name)).code, 0);
  // What the data were is in the clone's source, of which no byte is another.
  const back = await host.tree(`${volume}.bak`);
  assertEquals(back, before);
  await host.ok("pgladder", "rollback", name, "--confirm", name);
  assertEquals(await host.tree(volume), before);
  assertStringIncludes((await status(name)).stdout, "restarts for ever");
  await host.ok("pgladder", "commit", name, "--confirm", name);
  await host.ok(
    ...["pgladder", "upgrade", name, "--to", "17", "--yes"],
    ...["--from", `${POSTGRES}:15`],
  );
  const old = await host.pgladder(
    ...["rollback", name, "--confirm", name, "--to-old", "--yes"],
  );
  // Nobody but a person makes such a container again.
  assertEquals(old.code, 5, old.stdout + old.stderr);
  assertStringIncludes(old.stderr, `${POSTGRES}:17 → ${POSTGRES}:15`);
  await host.ok("docker", "rm", "-f", name);
});

Deno.test("docker run: the old server was killed, and the container is stopped", async () => {
  const name = "killed";
  const volume = "/srv/killed";
  await moved(name, volume, `docker kill ${name}`);
  await host.ok("docker", "stop", name);
  const { code, stderr, stdout } = await host.pgladder(
    ...["upgrade", name, "--to", "18", "--yes"],
  );
  // 18 wants another mount, and a person makes the container.
  assertEquals(code, 5, stdout + stderr);
  assertStringIncludes(stdout + stderr, "not shut down cleanly");
  await host.ok("pgladder", "rollback", name, "--yes");
  assertEquals((await status(name)).code, 3);
  await host.ok("pgladder", "upgrade", name, "--to", "17", "--yes");
  await holds("docker", name, 17);
  await host.ok("docker", "rm", "-f", name);
});

Deno.test("a damaged cluster is refused in its server's words, and is as it was", async () => {
  const name = "damaged";
  const volume = "/srv/xfs/damaged";
  await moved(name, volume, `docker kill ${name}`);
  await host.shell(`docker stop ${name}; rm ${volume}/pg_wal/0*`);
  const before = await host.tree(volume);
  const { code, stderr } = await host.pgladder(
    ...["upgrade", name, "--to", "17", "--yes"],
  );
  assertEquals(code, 3, stderr);
  assertStringIncludes(stderr, "could not locate a valid checkpoint record");
  assertEquals(await host.tree(volume), before);
  const told = await status(name);
  assertEquals(told.code, 3);
  assertMatch(flat(told.stdout), /cannot be upgraded .* could not locate a/);
  await host.shell(`head -c 100 /dev/zero >/tmp/zero
    dd if=/tmp/zero of=${volume}/global/pg_control conv=notrunc status=none`);
  const broken = await host.tree(volume);
  const again = await host.pgladder("plan", name, "--to", "17");
  assertEquals(again.code, 3, again.stdout);
  assertMatch(flat((await status(name)).stdout), /missing or damaged/);
  assertEquals(await host.tree(volume), broken);
  await host.ok("docker", "rm", "-f", name);
});

/** What the disk shows, or only a server that starts, or reads. */
const DAMAGES: readonly [string, RegExp][] = [
  ["touch standby.signal", /the server is a standby/],
  [
    "ln -s /srv/fast pg_tblspc/16999",
    /pg_tblspc\/16999 .* let the old version serve again \("pgladder status late" says how\)/,
  ],
  ["rm -rf base/1", /database "template1" does not exist/],
  [
    "for file in base/*/2619; do head -c 16384 /dev/urandom | dd of=$file conv=notrunc status=none; done",
    /ERROR: invalid page in block/,
  ],
  [
    `echo "work_mem = '4MB" >>postgresql.conf`,
    /syntax error in file "\/srv\/xfs\/late\/postgresql.conf" line [0-9]+/,
  ],
];

Deno.test("what no server can serve, or nothing carries, is refused, and all is as it was", async () => {
  const name = "late";
  const volume = "/srv/xfs/late";
  await moved(name, volume, `docker stop ${name}`);
  await host.shell(`docker stop ${name}; cp -a ${volume} /srv/xfs/whole`);
  for (const [damage, says] of DAMAGES) {
    await host.shell(`rm -rf ${volume}; cp -a /srv/xfs/whole ${volume}
      cd ${volume}; ${damage}`);
    const before = await host.tree(volume);
    const { code, stderr } = await host.pgladder(
      ...["upgrade", name, "--to", "17", "--yes"],
    );
    assertEquals(code, 3, `${damage}: ${stderr}`);
    assertMatch(flat(stderr), says);
    assertEquals(await host.tree(volume), before, damage);
  }
  await host.ok("docker", "rm", "-f", name);
});

Deno.test("compose: it restarts, and is upgraded by pg_upgrade; where it is down it is made first", async () => {
  const name = "shop-db-1";
  const write = (major: number) =>
    host.shell(`mkdir -p /srv/shop; cat >/srv/shop/compose.yaml <<'EOF'
services:
  db:
    image: ${POSTGRES}:${major}
    restart: always
    volumes: ["./pgdata:${OLD}"]
    environment: {POSTGRES_PASSWORD: x}
EOF`);
  const compose = (...words: string[]) =>
    host.shell(`cd /srv/shop; docker compose ${words.join(" ")} 2>&1`);
  await write(15);
  await compose("up", "-d");
  await fill("docker", name);
  await write(17);
  await compose("down");
  const upgrade = "cd /srv/shop; pgladder upgrade shop-db-1 --to 17 --yes";
  const down = await host.exec("bash", "-c", upgrade);
  assertEquals(down.code, 3, down.stderr);
  const made = /"(docker compose [^"]* --no-start [^"]*)"/.exec(down.stderr);
  await host.shell(`cd /srv/shop; ${made?.[1]}`);
  await host.shell(`${upgrade} --method pg_upgrade`);
  await holds("docker", name, 17);
  await compose("down");
});

Deno.test("a Quadlet: it fails again and again, is killed with the power off, and resumed", async () => {
  const file = "/etc/containers/systemd/quad.container";
  const write = (major: number) =>
    host.shell(
      `mkdir -p /etc/containers/systemd /srv/xfs/quad; cat >${file} <<'EOF'
[Container]
ContainerName=quad
Image=${POSTGRES}:${major}
Volume=/srv/xfs/quad:${OLD}
Environment=POSTGRES_PASSWORD=x
[Service]
Restart=always
RestartSec=2
[Install]
WantedBy=multi-user.target
EOF`,
    );
  await write(15);
  await host.shell("systemctl daemon-reload; systemctl start quad");
  await fill("podman", "quad");
  await write(17);
  await host.shell("systemctl daemon-reload; systemctl restart quad || :");
  const volume = "/srv/xfs/quad";
  for (
    const [fact, ...words] of [
      ["step-started ask", "upgrade", "quad", "--to", "17", "--yes"],
      ["step-started build", "resume", "quad"],
    ] as const
  ) {
    const climb = host.begin(...words);
    await climb.reaches(fact, { volume });
    await host.cutPower();
    await climb.end();
    await host.boot();
  }
  await host.ok("pgladder", "resume", "quad");
  await holds("podman", "quad", 17);
  // What was promised at the beginning of the way back holds after it.
  const back = host.begin(
    ...["rollback", "quad", "--to-old", "--yes", "--confirm", "quad"],
  );
  await back.reaches("undo-started swap", { volume });
  await host.cutPower();
  await back.end();
  await host.boot();
  const { stdout } = await status("quad");
  assertStringIncludes(flat(stdout), "in the end PostgreSQL 15.");
  assertStringIncludes(stdout, "pgladder rollback quad --to-old");
  await host.ok("pgladder", "resume", "quad");
  await holds("podman", "quad", 15);
  const written = await host.shell(`cat ${file}`);
  assertStringIncludes(written, `${POSTGRES}:15`);
});

Deno.test("a unit that is stopped: back to what was found, and the old version serves", async () => {
  await host.rig("db", host.name, "unit", "--tag", "15");
  await fill("podman", "unit");
  await host.shell(`systemctl stop podman-unit
    sed -i 's|postgres:15|postgres:17|' /etc/systemd/system/podman-unit.service
    systemctl daemon-reload`);
  const unit = host.read("/etc/systemd/system/podman-unit.service");
  await host.ok("pgladder", "upgrade", "unit", "--to", "17", "--yes");
  await holds("podman", "unit", 17);
  await host.ok(
    ...["pgladder", "rollback", "unit", "--confirm", "unit", "--yes"],
    "--to-old",
  );
  await holds("podman", "unit", 15);
  assertEquals(
    host.read("/etc/systemd/system/podman-unit.service"),
    unit.replace("postgres:17", "postgres:15"),
  );
});

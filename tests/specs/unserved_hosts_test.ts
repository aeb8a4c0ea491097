import { assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, sleep, until } from "./host.ts";

/**
 * From a database that does not serve, on hosts of other shapes: scripts of a
 * unit as on NixOS, and damaged data that no clone saves.
 */

const NAME = "unserved-hosts";
const OLD = "/var/lib/postgresql/data";
const POSTGRES = "docker.io/library/postgres";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
});
Deno.test.afterAll(() => Host.lower(NAME));

const psql = (name: string, sql: string) =>
  host.ok("podman", "exec", name, "psql", "-U", "postgres", "-XAtqc", sql);

async function serves(name: string) {
  const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${name} serves`,
    async () => (await host.exec("podman", "exec", name, ...ready)).code === 0,
  );
}

async function fill(name: string) {
  await serves(name);
  await psql(name, "create table rows as select generate_series(1, 1000) id");
}

async function holds(name: string, major: number) {
  await serves(name);
  const said = await psql(
    name,
    "select count(*), current_setting('server_version_num')::int / 10000 from rows",
  );
  assertEquals(said.trim(), `1000|${major}`);
}

/** It is named, and nothing has changed a byte of it. */
async function named(name: string) {
  const before = await host.tree(`/srv/${name}`);
  const { code, stdout } = await host.pgladder("status", name);
  assertEquals(code, 3, stdout);
  assertStringIncludes(flat(stdout), "is PostgreSQL 17, its data are of 15");
  assertEquals(await host.tree(`/srv/${name}`), before);
}

const quadlet = (name: string, image: string) =>
  host.shell(
    `mkdir -p /etc/containers/systemd /srv/${name}
cat >/etc/containers/systemd/${name}.container <<'EOF'
[Container]
ContainerName=${name}
Image=${image}
Volume=/srv/${name}:${OLD}
Environment=POSTGRES_PASSWORD=x
[Service]
Restart=always
RestartSec=2
[Install]
WantedBy=multi-user.target
EOF
    systemctl daemon-reload; systemctl restart ${name} || :`,
  );

Deno.test("scripts of a unit, as NixOS writes it: named, upgraded, and back", async () => {
  const name = "nix";
  const write = (tag: string, ...more: string[]) =>
    host.rig("db", host.name, name, "--scripts", "--tag", tag, ...more);
  await write("15");
  await fill(name);
  await write("17", "--no-start");
  await host.shell(`systemctl restart podman-${name} || :`);
  await sleep(2000);
  await named(name);
  await host.ok("pgladder", "upgrade", name, "--to", "17", "--yes");
  await holds(name, 17);
  await host.ok("pgladder", "rollback", name, "--confirm", name);
  await named(name);
  await host.shell(`systemctl disable --now podman-${name} || :`);
});

Deno.test("a damaged cluster where files cannot be cloned: refused, byte for byte as it was", async () => {
  const name = "plain";
  await quadlet(name, `${POSTGRES}:15`);
  await fill(name);
  await host.shell(`podman kill ${name}; systemctl stop ${name} || :
    rm /srv/${name}/pg_wal/0*`);
  await quadlet(name, `${POSTGRES}:17`);
  await host.shell(`systemctl stop ${name} || :`);
  await named(name);
  const before = await host.files(`/srv/${name}`);
  const { code, stderr } = await host.pgladder(
    ...["upgrade", name, "--to", "17", "--yes"],
  );
  assertEquals(code, 3, stderr);
  assertStringIncludes(stderr, "could not locate a valid checkpoint record");
  assertEquals(await host.files(`/srv/${name}`), before);
  await named(name);
});

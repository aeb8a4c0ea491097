import { assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, until } from "./host.ts";

/**
 * A pull has put 17 on data of 15, and a prune has taken the image of 15: the
 * old version is pulled by the name that the new one's leads to.
 */

const NAME = "unserved-pull";
const POSTGRES = "docker.io/library/postgres";
const INNER = "/var/lib/postgresql/data";
const PORT = "5005";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17");
  const server = new URL("registry.py", import.meta.url).pathname;
  await host.rig("put", host.name, server, "/usr/local/bin/registry.py");
  await host.shell(
    `podman save --quiet --format oci-dir -o /srv/layout ${POSTGRES}:15
    mkdir -p /etc/docker /etc/containers/registries.conf.d
    cat >/etc/containers/registries.conf.d/hub.conf <<'END'
[[registry]]
prefix = "docker.io"
location = "127.0.0.1:${PORT}"
insecure = true
END
    echo '{"registry-mirrors": ["http://127.0.0.1:${PORT}"]}' >/etc/docker/daemon.json
    systemctl restart docker`,
  );
});
Deno.test.afterAll(() => Host.lower(NAME));

const registry = (verb: "start" | "stop") =>
  host.shell(
    verb === "stop"
      ? "systemctl stop hub"
      : `systemd-run --quiet --unit=hub python3 /usr/local/bin/registry.py \
         /srv/layout library/postgres 15 ${PORT}
        until curl -fs http://127.0.0.1:${PORT}/v2/ >/dev/null; do sleep 0.1; done`,
  );

/** The image of 15 goes, by whatever names it is known. */
const prune = (runtime: string) =>
  host.shell(
    `${runtime} rmi -f $(${runtime} image inspect -f '{{.Id}}' ${POSTGRES}:15)`,
  );

for (const runtime of ["podman", "docker"]) {
  const psql = (sql: string) =>
    host.exec(runtime, "exec", "db", "psql", "-U", "postgres", "-XAtqc", sql);
  const run = (tag: number, volume: string) =>
    host.ok(
      ...[runtime, "run", "-d", "--restart", "always", "--name", "db"],
      ...["-e", "POSTGRES_PASSWORD=x", "-v", `${volume}:${INNER}`],
      `${POSTGRES}:${tag}`,
    );

  Deno.test(`${runtime}: the old image is named, pulled, and reads the data`, async () => {
    const volume = `/srv/${runtime}-db`;
    await host.shell(`mkdir ${volume}`);
    await run(15, volume);
    await until(
      "15 serves",
      async () =>
        (await psql("create table rows as select generate_series(1, 1000) id"))
          .code === 0,
    );
    await host.shell(`${runtime} stop db; ${runtime} rm db`);
    await run(17, volume);
    await prune(runtime);
    const before = await host.tree(volume);

    const alone = await host.pgladder("plan", "db", "--to", "17");
    assertEquals(alone.code, 3, alone.stdout);
    assertStringIncludes(flat(alone.stderr), `${POSTGRES}:15`);
    assertStringIncludes(
      flat(alone.stderr),
      "name another image of PostgreSQL 15 with --from",
    );

    await registry("start");
    const plan = await host.pgladder("plan", "db", "--to", "17");
    assertEquals(plan.code, 0, plan.stdout + plan.stderr);
    assertStringIncludes(
      flat(plan.stdout + plan.stderr),
      `are of 15: pulling ${POSTGRES}:15, which can read them (--from names another)`,
    );
    assertEquals(await host.tree(volume), before);
    await prune(runtime);
    await host.ok("pgladder", "upgrade", "db", "--to", "17", "--yes");
    await registry("stop");
    await until("17 serves", async () => (await psql("select 1")).code === 0);
    assertEquals(
      (await psql(
        "select count(*), current_setting('server_version_num')::int / 10000 from rows",
      )).stdout.trim(),
      "1000|17",
    );
    await host.ok("pgladder", "commit", "db", "--confirm", "db");
    await host.ok(runtime, "rm", "-f", "db");
  });
}

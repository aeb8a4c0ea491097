import { assertEquals, assertStringIncludes } from "@std/assert";
import { bitnami } from "../../lib/cli/help/topic/bitnami.ts";
import { flat, Host } from "./host.ts";

/**
 * Images of vendors who have a way of their own. Bitnami's that is refused is stood in for by
 * one that keeps what its pages document: user 1001, the data below
 * /bitnami/postgresql, the settings outside of them, a password for everybody,
 * and variables of its own. The way out of it is typed as the help has it.
 */

const NAME = "specs-vendors";
let host: Host;

const ENTRYPOINT = `#!/bin/bash
set -euo pipefail
conf=/opt/bitnami/postgresql/conf
export PGDATA=/bitnami/postgresql/data
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  initdb -D $PGDATA -U postgres -A scram-sha-256 --pwfile=<(echo "$POSTGRESQL_PASSWORD") >/dev/null
  rm $PGDATA/*.conf
fi
printf '%s\\n' 'host all all 0.0.0.0/0 scram-sha-256' 'local all all scram-sha-256' 'host all all 127.0.0.1/32 scram-sha-256' >$conf/pg_hba.conf
printf '%s\\n' "listen_addresses = '*'" "unix_socket_directories = '/tmp'" "hba_file = '$conf/pg_hba.conf'" "data_directory = '$PGDATA'" >$conf/postgresql.conf
touch $conf/pg_ident.conf; echo "ident_file = '$conf/pg_ident.conf'" >>$conf/postgresql.conf
exec postgres -c config_file=$conf/postgresql.conf
`;

const IMAGE = `
  printf '%s' "$1" >/root/run.sh
  podman run -d --name made --network none --entrypoint sleep docker.io/library/postgres:15 600 >/dev/null
  podman cp /root/run.sh made:/run.sh
  podman exec made bash -ceu '
    chmod 755 /run.sh
    install -d -o 1001 -g 0 /bitnami/postgresql /opt/bitnami/postgresql/conf
    useradd -u 1001 -g 0 bitnami'
  podman commit -q --change USER=1001 --change 'ENTRYPOINT ["/run.sh"]' --change 'CMD []' \\
    --change 'ENV BITNAMI_APP_NAME=postgresql' made docker.io/bitnami/postgresql-repmgr:15 >/dev/null
  podman rm -fv -t 0 made >/dev/null
  install -d -o 1001 -g 0 /srv/old
  podman run -d --name db -e POSTGRESQL_PASSWORD=rig-db -v /srv/old:/bitnami/postgresql \\
    docker.io/bitnami/postgresql-repmgr:15 >/dev/null
  timeout 60 bash -c 'until podman exec db pg_isready -qh 127.0.0.1; do sleep 0.2; done'`;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.ok("bash", "-ceu", IMAGE, "image", ENTRYPOINT);
});
Deno.test.afterAll(() => Host.lower(NAME));

async function checkRefused(name: string, sentence: string, way: string) {
  for (const verb of ["plan", "rehearse", "upgrade"]) {
    const { code, stderr, stdout } = await host.pgladder(
      ...[verb, name, "--to", "17"],
      ...verb === "upgrade" ? ["--yes"] : [],
    );
    assertEquals(code, 3, stderr + stdout);
    assertStringIncludes(flat(stderr), `Cannot upgrade "${name}": ${sentence}`);
    assertStringIncludes(flat(stderr), way);
  }
}

Deno.test("An image of a vendor with a way of its own is refused with that way, by its name and under another one", async () => {
  await checkRefused(
    "db",
    "docker.io/bitnami/postgresql-repmgr:15 is Bitnami's with repmgr and keeps its data and settings in its own way",
    '"pgladder help bitnami" has the lines. Nothing was changed',
  );
  await host.shell(`
    for name in docker.io/supabase/postgres:15 localhost/mirror:15; do
      podman tag docker.io/library/postgres:15 $name
    done
    podman run -d --name supa --network none --entrypoint sleep docker.io/supabase/postgres:15 9999 >/dev/null
    mkdir -p /srv/omnibus
    podman run -d --name forge --network none --entrypoint sleep -v /srv/omnibus:/var/opt/gitlab localhost/mirror:15 9999 >/dev/null`);
  await checkRefused(
    "supa",
    "docker.io/supabase/postgres:15 is Supabase's",
    "upgrade-pg17.sh",
  );
  await checkRefused(
    "forge",
    "localhost/mirror:15 is GitLab's, with its database inside,",
    "gitlab-ctl pg-upgrade",
  );
});

const inOld = async (sql: string) =>
  (await host.ok(
    ...["podman", "exec", "-e", "PGPASSWORD=rig-db", "db", "psql", "-XAtqh"],
    ...["127.0.0.1", "-U", "postgres", "-c", sql],
  )).trim();

const inNew = async (database: string, sql: string) =>
  (await host.ok(
    ...["podman", "exec", "db", "psql", "-XAtqU", "postgres", database],
    ...["-c", sql],
  )).trim();

Deno.test("The lines of the help lead out of Bitnami's image, and pgladder knows what they have made", async () => {
  await inOld("CREATE ROLE app LOGIN PASSWORD 'of-app'");
  await inOld("CREATE DATABASE shop OWNER app");
  await host.ok(
    ...["podman", "exec", "-e", "PGPASSWORD=rig-db", "db", "psql", "-Xqh"],
    ...["127.0.0.1", "-U", "postgres", "shop", "-c"],
    "CREATE TABLE item AS SELECT n FROM generate_series(1, 1000) AS n",
  );
  const lines = bitnami.blocks.flatMap((block) =>
    block.kind === "shell" ? block.lines.map(([line]) => line) : []
  );
  for (const line of lines) {
    const { code, stderr, stdout } = await host.exec("bash", "-c", line);
    assertEquals(code, 0, `${line}: ${stderr}`);
    if (line.startsWith("tail")) assertStringIncludes(stdout, "dump complete");
    if (!line.includes("exec -i")) continue;
    assertEquals(
      stderr.split("\n").filter((it) => it.includes("ERROR")).map((it) =>
        it.replace(/^.*ERROR: */, "")
      ),
      ['role "postgres" already exists'],
    );
  }
  await host.shell(`
    podman rm -fv -t 20 db-new db >/dev/null
    podman run -d --name db --restart always -p 127.0.0.1:5432:5432 \\
      -v /srv/db-new:/var/lib/postgresql/data docker.io/library/postgres:17 >/dev/null
    timeout 60 bash -c 'until podman exec db pg_isready -qh 127.0.0.1; do sleep 0.2; done'`);
  assertEquals(await inNew("shop", "SELECT count(*) FROM item"), "1000");
  const login = await host.exec(
    ...["env", "PGPASSWORD=of-app", "psql", "-XAtqh", "127.0.0.1", "-U", "app"],
    ...["shop", "-c", "SELECT current_user"],
  );
  assertEquals(login.stdout.trim(), "app", login.stderr);
  const { code, stderr } = await host.pgladder("plan", "db", "--to", "18");
  assertEquals(code, 0, stderr);
});

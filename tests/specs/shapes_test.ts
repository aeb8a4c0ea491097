import { assert, assertEquals } from "@std/assert";
import { Database } from "./database.ts";
import { expectedOf } from "./expected.ts";
import { Host, until } from "./host.ts";

/**
 * Containers as people really have them: each is upgraded, its application
 * goes on, and each comes back by a rollback, with what it held.
 */

let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-shapes");
  await host.rig("docker", host.name, "15", "17", "18");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower("specs-shapes"));

interface Shape {
  readonly name: string;
  /** Further words for the rig's `db`. */
  readonly more: readonly string[];
  /** What must be there before. */
  readonly setup?: string;
  /** Run in it as soon as it serves. */
  readonly sql?: string;
  /** What this prints in the host is one more after an upgrade, for the new version itself. */
  readonly counts?: string;
  /** Further words for `upgrade`. */
  readonly words?: readonly string[];
  readonly docker?: true;
  /** Asked before and after; it must come to the same. */
  readonly same?: string;
  /** Must succeed in the host once all is done. */
  readonly holds?: string;
}

/** Waits for the next one; any before it would have been a private server's. */
async function checkOneMore(
  counts: () => Promise<string | undefined>,
  counted: string,
) {
  await until(
    "the new version follows",
    async () => await counts() !== counted,
  );
  assertEquals(Number(await counts()), Number(counted) + 1);
}

const SHAPES: readonly Shape[] = [
  { name: "docker", more: ["--docker"], docker: true },
  {
    name: "docker, to 18 by pg_upgrade",
    more: ["--docker"],
    docker: true,
    words: ["--to", "18", "--method", "pg_upgrade"],
  },
  {
    name: "docker, to 18",
    more: ["--docker"],
    docker: true,
    words: ["--to", "18"],
  },
  {
    name: "to 18 by pg_upgrade",
    more: [],
    words: ["--to", "18", "--method", "pg_upgrade"],
  },
  {
    name: "a pod, with another container that uses the database",
    more: ["--no-publish", "--run-arg", "--pod=web"],
    // Podman's own pause image cannot be built there, and postgres' has a volume.
    setup:
      `podman create --name c docker.io/library/postgres:17 && podman export c | podman import -q - localhost/pause && podman rm -v c
      podman pod create --name web -p 127.0.0.1:5432:5432 \\
        --infra-image localhost/pause --infra-command 'sleep infinity'
      podman pod start web
      printf '%s\\n' '[Service]' 'Environment=PODMAN_SYSTEMD_UNIT=%n' 'Type=notify' 'NotifyAccess=all' \\
        'ExecStart=/usr/bin/podman run --name=poddy --pod=web --sdnotify=conmon -d --replace --rm --entrypoint sleep docker.io/library/postgres:17 infinity' \\
        'ExecStop=/usr/bin/podman stop -t 1 --ignore poddy' >/etc/systemd/system/poddy.service
      systemctl daemon-reload && systemctl start poddy`,
    holds: "systemctl is-active poddy",
  },
  {
    name: "the socket's directory on the host",
    more: ["--run-arg", "--volume=/run/db-socket:/var/run/postgresql"],
    setup: "mkdir -p /run/db-socket",
    holds:
      "psql -h /run/db-socket -U postgres -XAtc 'SELECT 1' >/dev/null && ! ls /srv/db.pgladder/*.s.PGSQL 2>/dev/null",
  },
  {
    name: "PGDATA in a subdirectory of the mount",
    more: ["--env", "PGDATA=/var/lib/postgresql/data/pgdata"],
  },
  {
    name: "another superuser, initdb's arguments, init scripts",
    more: [
      ...["--env", "POSTGRES_USER=owner", "--env", "POSTGRES_DB=things"],
      ...["--env", "POSTGRES_PASSWORD=rig-db"],
      ...["--env", "POSTGRES_INITDB_ARGS=--data-checksums --locale=C.UTF-8"],
      "--run-arg",
      "--volume=/etc/initdb:/docker-entrypoint-initdb.d:ro",
    ],
    setup: `mkdir -p /etc/initdb
      echo 'CREATE TABLE made_at_init AS SELECT now() AS at;' >/etc/initdb/a.sql
      echo 'touch /var/lib/postgresql/data/init-ran' >/etc/initdb/b.sh`,
    same: "SELECT at FROM made_at_init",
  },
  {
    name: "the password in a secret, shared memory of its own",
    more: [
      ...["--run-arg", "--secret=db-password", "--run-arg", "--shm-size=96m"],
      ...["--env", "POSTGRES_PASSWORD_FILE=/run/secrets/db-password"],
    ],
    setup: "printf rig-db | podman secret create db-password -",
    holds: `podman exec db sh -c 'df -m /dev/shm | grep -q " 96 "'
      podman exec db sh -c 'test "$(cat /run/secrets/db-password)" = rig-db'`,
  },
  {
    name: "a subscription, which no private server follows",
    more: ["--cmd", "-c", "--cmd", "wal_level=logical"],
    setup: `podman run -d --name publisher --network host --restart always \
        -e POSTGRES_HOST_AUTH_METHOD=trust docker.io/library/postgres:15 \
        -c port=5499 -c wal_level=logical -c log_replication_commands=on
      for i in $(seq 200); do
        psql -h 127.0.0.1 -p 5499 -U postgres -c "" 2>/dev/null && break
        sleep 0.3
      done
      psql -h 127.0.0.1 -p 5499 -U postgres -c 'CREATE TABLE news (n int PRIMARY KEY)' \
        -c 'CREATE PUBLICATION news FOR TABLE news'`,
    sql: `CREATE TABLE news (n int PRIMARY KEY);
      CREATE SUBSCRIPTION news CONNECTION
        'host=host.containers.internal port=5499 user=postgres dbname=postgres'
        PUBLICATION news`,
    // How often somebody began to follow it.
    counts:
      "podman logs publisher 2>&1 | grep -c 'command: START_REPLICATION' || true",
    same: "SELECT subname, subconninfo FROM pg_subscription",
  },
  {
    name: "options for the server, archiving, preloaded libraries",
    more: [
      ...["--run-arg", "--volume=/srv/archive:/archive"],
      ...["--cmd", "-c", "--cmd", "shared_preload_libraries=auto_explain"],
      ...["--cmd", "-c", "--cmd", "archive_mode=on"],
      ...["--cmd", "-c"],
      ...["--cmd", "archive_command=cp %p /archive/$(hostname)-%f"],
      ...["--cmd", "-c", "--cmd", "max_connections=37"],
    ],
    setup: "install -d -o 999 -g 999 /srv/archive",
    same: "SHOW max_connections",
    // A private server has no such directory, and would complain.
    holds: "! grep -rqs 'archive command failed' /srv/db.pgladder/job",
  },
  {
    name: "its configuration outside of PGDATA",
    more: [
      ...["--run-arg", "--volume=/etc/pgconf:/etc/postgresql:ro"],
      ...["--cmd", "-c"],
      ...["--cmd", "config_file=/etc/postgresql/postgresql.conf"],
    ],
    setup: `mkdir -p /etc/pgconf && cd /etc/pgconf
      echo "listen_addresses = '*'
      data_directory = '/var/lib/postgresql/data'
      hba_file = '/etc/postgresql/pg_hba.conf'
      work_mem = '7MB'" >postgresql.conf
      echo 'local all all trust
      host all all all scram-sha-256' >pg_hba.conf`,
    same: "SHOW work_mem",
  },
  {
    name: "an image of another name",
    more: ["--image", "registry.example/team/postgis:15"],
    setup:
      `podman tag docker.io/library/postgres:15 registry.example/team/postgis:15
      podman tag docker.io/library/postgres:17 registry.example/team/postgis:17`,
  },
  {
    name: "a server that runs as a user of its own",
    more: ["--run-arg", "--user=1234:1234"],
    setup: "install -d -o 1234 -g 1234 -m 700 /srv/db",
  },
];

for (const shape of SHAPES) {
  Deno.test(`Up and back: ${shape.name}`, () => thereAndBack(shape));
}

async function thereAndBack(shape: Shape) {
  const { docker, same, words = ["--to", "17"] } = shape;
  const dir = "/srv/db";
  await host.restore("bare");
  if (docker) await host.shell("docker info >/dev/null");
  if (shape.setup) await host.shell(shape.setup);
  const database = await Database.make(host, {
    dir,
    more: shape.more,
    ...(docker ? { unit: "docker-db.service" } : {}),
  });
  if (shape.sql) {
    for (const each of shape.sql.split(";\n")) await database.sql(each);
    await until(
      "subscriptions are in step",
      async () =>
        await database.sql(
          "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'",
        ) === "0",
    );
  }
  await database.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000)");
  const before = await database.contents();
  const asked = same && await database.sql(same);
  const inode = host.inode(dir);
  const counts = async () =>
    shape.counts && (await host.shell(shape.counts)).trim();
  const counted = await counts();
  const runtime = docker ? ["--runtime", "docker"] : [];

  const up = await host.pgladder(
    ...["upgrade", "db", "--switch", "unit", "--yes"],
    ...[...runtime, ...words],
  );
  assertEquals(up.code, 0, up.stderr + up.stdout);
  assertEquals(await database.version(), words[1]);
  assertEquals(
    expectedOf(15, Number(words[1])).unexpected(
      before,
      await database.contents(),
    ),
    { missing: [], added: [] },
  );
  assertEquals(host.inode(`${dir}.bak`), inode);
  if (counted) await checkOneMore(counts, counted);
  if (same) assertEquals(await database.sql(same), asked);
  if (shape.holds) await host.shell(shape.holds);
  await database.writes();
  await database.checkLosses();

  const down = await host.pgladder(
    ...["rollback", "db", "--yes", "--confirm", "db", ...runtime],
  );
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(await database.version(), "15");
  assertEquals(host.inode(dir), inode);
  assertEquals(await database.contents(), before);
  if (shape.holds) await host.shell(shape.holds);
  const containers = await host.containers("-a");
  assert(
    containers.every((name) => !name.startsWith("pgladder-")),
    containers.join(),
  );
  await database.writes();
}

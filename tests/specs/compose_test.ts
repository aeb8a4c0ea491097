import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";
import { makeUnitsReadOnly } from "./read_only.ts";

/** The unit brings up a service of a compose file, with podman-compose. */

const NAME = "compose";
const FILE = "/srv/forum/compose.yaml";
const VARIABLES = "/srv/forum/.env";
const UP = ["--switch", "compose", "--yes"];
let host: Host;
let database: Database;

const COMPOSE = `# The forum. image: docker.io/library/postgres:15
x-podman:
  in_pod: false

services:
  web:
    image: docker.io/library/postgres:15   # stands for something else
    command: sleep infinity
    entrypoint: []

  db:
    container_name: db
    environment:
      POSTGRES_PASSWORD: "rig-db"
    volumes:
      - /srv/db:/var/lib/postgresql/data   # the rows
    image: 'docker.io/library/postgres:\${PG_TAG:-13}'
    ports: [ "127.0.0.1:5432:5432" ]
`;
const ENV = `# tags\nPG_TAG=15 # of the database\n`;

const UNIT = `[Unit]
Description=The forum's database

[Service]
Type=oneshot
RemainAfterExit=yes
WorkingDirectory=/srv/forum
ExecStart=/usr/bin/podman-compose up -d db
ExecStop=/usr/bin/podman-compose stop db

[Install]
WantedBy=multi-user.target
`;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await host.shell(`
    systemctl stop podman-db.service
    mkdir -p /srv/forum
    cat >${FILE} <<'END'
${COMPOSE}END
    cat >${VARIABLES} <<'END'
${ENV}END
    cat >${database.unitFile} <<'END'
${UNIT}END
    systemctl daemon-reload`);
  await makeUnitsReadOnly(host);
  await host.ok("systemctl", "start", database.unit);
  await database.opens();
  await host.ok("systemctl", "start", database.app);
  await database.writes();
  await host.save("before");
});
Deno.test.afterAll(() => Host.lower(NAME));

const texts = () => ({ file: host.read(FILE), env: host.read(VARIABLES) });

async function rollBack(): Promise<void> {
  const down = await host.pgladder(
    ...["rollback", "db", "--yes", "--confirm", "db"],
  );
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(await database.version(), "15");
  await database.writes();
  assertEquals(texts(), { file: COMPOSE, env: ENV });
}

Deno.test("15 → 17: the variable that holds the tag is changed, and back", async () => {
  const plan = await host.pgladder(
    ...["plan", "db", "--to", "17", "--switch", "compose"],
  );
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  assertStringIncludes(
    plan.stdout,
    "\n  -PG_TAG=15 # of the database\n  +PG_TAG=17 # of the database\n",
  );
  assertEquals(texts(), { file: COMPOSE, env: ENV });
  const up = await host.pgladder("upgrade", "db", "--to", "17", ...UP);
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await database.checkServes("17");
  assertEquals(texts(), { file: COMPOSE, env: ENV.replace("15", "17") });
  // That service alone: nothing has brought up the other one.
  assertEquals(await host.containers(), ["db"]);
  await rollBack();
});

Deno.test("15 → 18, killed in the switch: resume goes on, a rollback takes both files back", async () => {
  await host.restore("before");
  await database.opens();
  await database.writes();
  const climb = host.begin("upgrade", "db", "--to", "18", ...UP);
  await climb.reaches("step-started switch");
  await climb.kill();
  const resumed = await host.pgladder("resume", "db");
  assertEquals(resumed.code, 0, resumed.stderr + resumed.stdout);
  await database.checkServes("18");
  assertEquals(texts(), {
    file: COMPOSE.replace("/postgresql/data   #", "/postgresql   #"),
    env: ENV.replace("15", "18"),
  });
  const words = wordsOf(readJournal(host, "/srv/db"));
  assertEquals(words.filter((word) => word === "step-done build").length, 1);
  await rollBack();
});

Deno.test("15 → 17 in the pod that podman-compose makes by itself, and back", async () => {
  await host.restore("before");
  await database.opens();
  const file = COMPOSE.replace("x-podman:\n  in_pod: false\n\n", "");
  await host.shell(`
    systemctl stop ${database.unit}
    podman rm -f db
    cat >${FILE} <<'END'
${file}END
    systemctl start ${database.unit}`);
  await database.opens();
  await host.ok("systemctl", "start", database.app);
  await database.writes();
  const words = ["inspect", "--format", "{{.Pod}}", "db"];
  assert((await host.ok("podman", ...words)).trim() !== "");
  const up = await host.pgladder("upgrade", "db", "--to", "17", ...UP);
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await database.checkServes("17");
  assertEquals(texts(), { file, env: ENV.replace("15", "17") });
  const down = await host.pgladder(
    ...["rollback", "db", "--yes", "--confirm", "db"],
  );
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(await database.version(), "15");
  assertEquals(texts(), { file, env: ENV });
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";
import { makeUnitsReadOnly } from "./read_only.ts";

/** Podman's generator makes the unit of a `.container` file and its drop-ins. */

const NAME = "quadlet";
const MAIN = "/etc/containers/systemd/podman-db.container";
const DROP_IN = `${MAIN}.d/50-version.conf`;
const UP = ["--switch", "quadlet", "--yes"];
let host: Host;
let database: Database;

const CONTAINER = `[Unit]
Description=The database; Image=docker.io/library/postgres:15

[Container]
ContainerName=db
# Image=docker.io/library/postgres:15
Image=docker.io/library/postgres:13
Environment=POSTGRES_PASSWORD=rig-db
PublishPort=127.0.0.1:5432:5432
Volume=/srv/db:/var/lib/postgresql/data

[Service]
Restart=always

[Install]
WantedBy=multi-user.target
`;
const VERSION = `[Container]\nImage = docker.io/library/postgres:15  \n`;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await host.shell(`
    systemctl disable --quiet --now podman-db.service
    rm /etc/systemd/system/podman-db.service
    mkdir -p ${DROP_IN.replace(/\/[^/]*$/, "")}
    cat >${MAIN} <<'END'
${CONTAINER}END
    cat >${DROP_IN} <<'END'
${VERSION}END`);
  await makeUnitsReadOnly(host);
  await host.ok("systemctl", "start", database.unit);
  await database.opens();
  await host.ok("systemctl", "start", database.app);
  await database.writes();
  await host.save("before");
});
Deno.test.afterAll(() => Host.lower(NAME));

const texts = () => ({ main: host.read(MAIN), version: host.read(DROP_IN) });

async function rollBack(): Promise<void> {
  const down = await host.pgladder(
    ...["rollback", "db", "--yes", "--confirm", "db"],
  );
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(await database.version(), "15");
  await database.writes();
  assertEquals(texts(), { main: CONTAINER, version: VERSION });
}

Deno.test("15 → 17: the drop-in that has the last word is changed, and back", async () => {
  const plan = await host.pgladder(
    ...["plan", "db", "--to", "17", "--switch", "quadlet"],
  );
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  assertStringIncludes(
    plan.stdout,
    `
  -Image = docker.io/library/postgres:15  
  +Image = docker.io/library/postgres:17  
`,
  );
  assertEquals(texts(), { main: CONTAINER, version: VERSION });
  const up = await host.pgladder("upgrade", "db", "--to", "17", ...UP);
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await database.checkServes("17");
  assertEquals(texts(), {
    main: CONTAINER,
    version: VERSION.replace(":15", ":17"),
  });
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
    main: CONTAINER.replace("/postgresql/data\n", "/postgresql\n"),
    version: VERSION.replace(":15", ":18"),
  });
  const words = wordsOf(readJournal(host, "/srv/db"));
  assertEquals(words.filter((word) => word === "step-done build").length, 1);
  await rollBack();
});

Deno.test("What someone else has changed since is theirs: it waits, up and down", async () => {
  await host.restore("before");
  await database.opens();
  await database.writes();
  const climb = host.begin("upgrade", "db", "--to", "17", ...UP);
  await climb.reaches("step-done close");
  await host.shell(`printf '# mine\\n' >>${DROP_IN}`);
  const { code, stderr } = await climb.end();
  assertEquals(code, 5, stderr);
  assertStringIncludes(
    stderr,
    `"${DROP_IN}" was changed by someone else since: change it yourself ("docker.io/library/postgres:15" → "docker.io/library/postgres:17"). Then type "systemctl daemon-reload"`,
  );
  await host.shell(`sed -i 's/:15/:17/' ${DROP_IN}; systemctl daemon-reload`);
  const resumed = await host.pgladder("resume", "db");
  assertEquals(resumed.code, 0, resumed.stderr + resumed.stdout);
  await database.checkServes("17");
  const down = await host.pgladder(
    ...["rollback", "db", "--yes", "--confirm", "db"],
  );
  assertEquals(down.code, 5, down.stderr + down.stdout);
  await host.shell(`sed -i 's/:17/:15/' ${DROP_IN}; systemctl daemon-reload`);
  const back = await host.pgladder("resume", "db", "--confirm", "db");
  assertEquals(back.code, 0, back.stderr + back.stdout);
  assertEquals(await database.version(), "15");
  assertEquals(host.read(DROP_IN), `${VERSION}# mine\n`);
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Database } from "./database.ts";
import { flat, Host, type Output, until } from "./host.ts";
import { readJournal } from "./journal.ts";

/**
 * What a tired person does wrong in the night, one thing after the other on one
 * database: each ends in a sentence that says what to do, and no row is lost.
 */

const NAME = "specs-mistakes";
const VOLUME = "/srv/ext4/db";
const UPGRADE = ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"];
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "ext4", "--size", "2G");
  database = await Database.make(host, { dir: VOLUME, rows: 20_000 });
  await database.probe();
});
Deno.test.afterAll(() => Host.lower(NAME));

function checkSays({ code, stderr }: Output, exit: number, ...words: RegExp[]) {
  assertEquals(code, exit, stderr);
  for (const word of words) assertMatch(flat(stderr), word);
}

/** What somebody reads who comes back and types `pgladder status db`. */
async function statusSays(...words: RegExp[]) {
  const { code, stderr, stdout } = await host.pgladder("status", "db");
  assertEquals(code, 0, stderr);
  for (const word of words) assertMatch(flat(stdout), word);
}

async function checkUntouched() {
  assertEquals(readJournal(host, VOLUME), []);
  await database.checkServes("15");
}

/** While the database is closed all of it is in `.bak`. */
const CLOSED = [
  /PostgreSQL 15 does not serve, it is closed; all rows are in \/srv\/ext4\/db\.bak/,
  /pgladder resume db or pgladder rollback db/,
];

Deno.test("mistake 1: the wrong container", async () => {
  checkSays(
    await host.pgladder("upgrade", "bd", "--to", "17", "--yes"),
    3,
    /Cannot find a running container "bd" → Running: db/,
  );
  await checkUntouched();
});

Deno.test("mistake 2: the wrong tag", async () => {
  checkSays(
    await host.pgladder("upgrade", "db", "--to", "71", "--yes"),
    3,
    /Cannot get the image "docker\.io\/library\/postgres:71": .* → Nothing was changed\. Check the tag, or name the whole image with --image/,
  );
  await checkUntouched();
});

Deno.test("mistake 3: not root", async () => {
  checkSays(
    await host.exec(
      ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
      ...["env", "HOME=/tmp", "pgladder", ...UPGRADE],
    ),
    3,
    /Cannot work as user 65534: .* → Nothing was changed\. Run it as root: sudo pgladder upgrade db --to 17 --switch unit --yes/,
  );
  await checkUntouched();
});

Deno.test("mistakes 4 and 5: it is run twice; then Ctrl-C, twice", async () => {
  // A writer that takes its time to stop, so that there is time for both.
  await host.shell(`
    mkdir -p /etc/systemd/system/app-app.service.d
    printf '%s\\n' '[Service]' 'ExecStop=/usr/bin/sleep 30' \
      >/etc/systemd/system/app-app.service.d/slow.conf
    systemctl daemon-reload`);
  const climb = host.begin(...UPGRADE);
  await climb.reaches("step-started stop-writers", { volume: VOLUME });
  checkSays(
    await host.pgladder(...UPGRADE),
    6,
    /Another pgladder is at work on "db" → Watch it with "pgladder status db --follow"/,
  );
  const pid = await climb.pid();
  Deno.kill(pid, "SIGINT");
  Deno.kill(pid, "SIGINT");
  await until("the second one is heard", async () => {
    const ended = await Promise.race([climb.end(), undefined]);
    if (ended === undefined) Deno.kill(pid, "SIGINT");
    return ended !== undefined;
  });
  checkSays(
    await climb.end(),
    130,
    /the journal is sound, jobs go on → .*"pgladder resume"/,
  );
  await statusSays(/pgladder resume db or pgladder rollback db/);
  await host.shell(
    "rm -r /etc/systemd/system/app-app.service.d; systemctl daemon-reload",
  );
});

Deno.test("mistake 6: the laptop is closed", async () => {
  const climb = host.beginOverSsh("resume", "db");
  await climb.reaches("step-started dump", { volume: VOLUME });
  await climb.kill();
  await until(
    "pgladder has ended",
    async () => (await host.exec("pgrep", "-f", "resume db")).code !== 0,
  );
  await statusSays(...CLOSED);
});

Deno.test("mistake 7: the disk is full", async () => {
  const fill = `fallocate -l "$(df --output=avail -B1 /srv/ext4 | tail -1)" \
    /srv/ext4/filler || true; cat /dev/zero >>/srv/ext4/filler || true`;
  await host.shell(fill);
  checkSays(
    await host.pgladder("resume", "db"),
    4,
    /(No space left on device|[Mm]ake room)/,
    /pgladder resume( db)?", or "pgladder rollback( db)?"/,
  );
  await statusSays(...CLOSED);
  await host.ok("rm", "/srv/ext4/filler");
});

Deno.test("mistake 8: the host is rebooted in the middle of it", async () => {
  const from = readJournal(host, VOLUME).length;
  const climb = host.begin("resume", "db");
  await climb.reaches("step-started build", { volume: VOLUME, from });
  await host.cutPower();
  await climb.end();
  await host.boot();
  await statusSays(...CLOSED);
  checkSays(
    await host.exec("systemctl", "start", database.unit),
    1,
    /Assertion failed/,
  );
  assertMatch(
    (await host.exec("systemctl", "status", database.unit)).stdout,
    /closed-until-pgladder-resume-or-rollback/,
  );
  const { code, stderr } = await host.pgladder("resume", "db");
  assertEquals(code, 0, stderr);
  await database.checkServes("17");
});

/** For a mistake that is tried alone. */
async function requireUpgraded() {
  if (readJournal(host, VOLUME).length > 0) return;
  const { code, stderr } = await host.pgladder(...UPGRADE);
  assertEquals(code, 0, stderr);
}

Deno.test("mistake 9: rebuilt by hand with the old tag", async () => {
  await requireUpgraded();
  const unit = host.read(database.unitFile);
  assert(unit.includes("postgres:17"), unit);
  await host.shell(`
    sed -i 's/postgres:17/postgres:15/' ${database.unitFile}
    systemctl daemon-reload; systemctl restart ${database.unit} || true`);
  await statusSays(
    /podman-db\.service would run \S*postgres:15 \(PostgreSQL 15\)/,
    /postgres:17|17/,
  );
  await host.shell(`
    sed -i 's/postgres:15/postgres:17/' ${database.unitFile}
    systemctl daemon-reload; systemctl reset-failed
    systemctl restart ${database.unit} ${database.app}`);
  await database.opens();
  await database.checkServes("17");
});

Deno.test("mistake 10: .bak is deleted to make room", async () => {
  await requireUpgraded();
  await host.ok("rm", "-r", `${VOLUME}.bak`);
  checkSays(
    await host.pgladder("rollback", "db", "--yes", "--confirm", "db"),
    8,
    /"\/srv\/ext4\/db\.bak" is not there .* → pgladder expected the old volume \(inode \d+\) at "\/srv\/ext4\/db\.bak"\. Nothing was touched/,
  );
  await database.checkServes("17");
});

Deno.test("in all that time nobody was served an empty database", () => {
  const seen = new Set(
    database.probed().map((answer) => answer.replace(/^\d+$/, "rows")),
  );
  assertEquals(seen.has("empty"), false);
  assert(seen.has("rows") && seen.has("closed"), [...seen].join());
});

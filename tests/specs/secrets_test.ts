import { assert, assertEquals } from "@std/assert";
import { Database } from "./database.ts";
import { Host, type Output } from "./host.ts";
import { Watcher } from "./watcher.ts";

/** No password leaves the place where it was before. */

const NAME = "specs-secrets";
/** The superuser's, which the unit has; roles' own; a subscription's. */
const CANARIES = ["super-canary", "keeper-canary", "odd-canary"];
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, {
    rows: 300,
    more: ["--env", "POSTGRES_PASSWORD=super-canary"],
  });
  await logCommands();
});
Deno.test.afterAll(() => Host.lower(NAME));

/** A podman before the real one in PATH writes down how it was called. */
async function logCommands(): Promise<void> {
  await host.shell(`
    cat >/usr/local/bin/podman <<'END'
#!/bin/bash
{ printf '%s ' podman "$@"; echo; tr '\\0' '\\n' </proc/self/environ; } >>/var/tmp/podman-calls
exec /usr/bin/podman "$@"
END
    chmod 755 /usr/local/bin/podman`);
}

/** Everything that pgladder wrote: its directory, pointers and drop-ins. */
async function filesWith(secret: string): Promise<string[]> {
  const { stdout } = await host.exec(
    ...["grep", "-rlaF", "--", secret, "/srv/db.pgladder"],
    ...["/var/lib/pgladder", "/etc/systemd", "/run/systemd/transient"],
  );
  // The clusters hold what they held; their copies have no other owner.
  return stdout.trim().split("\n").filter((path) =>
    path !== "" && path !== database.unitFile &&
    !/^\/srv\/db\.pgladder\/(clone|staging|staging\.partial)\//.test(path) &&
    // The original of the unit file is the operator's own text.
    path !== "/srv/db.pgladder/unit-file.original"
  );
}

async function hashes(): Promise<string[]> {
  const found = await database.sql(
    "SELECT rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL",
  );
  return found.split("\n");
}

Deno.test("no password in any argv, environment, output, journal, log or file", async () => {
  const roleHashes = await hashes();
  assertEquals(roleHashes.length, 3);
  const { stdout: id } = await host.exec(
    ...["/usr/bin/podman", "inspect", "--format", "{{.Id}}", "db"],
  );
  const watcher = new Watcher(
    NAME,
    [...CANARIES, ...roleHashes],
    new RegExp(`podman-db\\.service|app-app\\.service|${id.trim()}`),
  );
  const outputs: Output[] = [];
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  );
  await climb.reaches("step-done build");
  outputs.push(await climb.kill("SIGTERM"));
  const seen = await watcher.end();
  assertEquals(seen.found, []);
  assert(seen.looks > 50, `looked only ${seen.looks} times`);

  for (const secret of CANARIES) assertEquals(await filesWith(secret), []);
  for (const hash of roleHashes) {
    const outside = (await filesWith(hash)).filter((path) =>
      !path.startsWith("/srv/db.pgladder/dump/")
    );
    assertEquals(outside, []);
  }
  outputs.push(await host.pgladder("resume", "db"));
  outputs.push(await host.pgladder("status", "db", "--json"));
  outputs.push(await host.pgladder("status", "db"));
  assertEquals(outputs.map(({ code }) => code), [143, 0, 0, 0]);
  const calls = host.read("/var/tmp/podman-calls");
  assert(calls.split("\npodman ").length > 20, "podman was not called");
  const journal = await host.ok("journalctl", "-o", "cat");
  for (const secret of [...CANARIES, ...roleHashes]) {
    assertEquals(
      outputs.some(({ stderr, stdout }) => (stdout + stderr).includes(secret)),
      false,
    );
    assertEquals(calls.includes(secret), false, "in a call of podman");
    assertEquals(journal.includes(secret), false, "in the system's journal");
    assertEquals(
      (await filesWith(secret)).filter((path) =>
        !path.startsWith("/srv/db.pgladder/dump/")
      ),
      [],
    );
  }
});

Deno.test("what pgladder writes is for root alone", async () => {
  const found = await host.shell(
    "stat -c '%a %U' /srv/db.pgladder; find /srv/db.pgladder/journal.json /srv/db.pgladder/dump -maxdepth 0 -perm /077",
  );
  assertEquals(found, "700 root\n");
});

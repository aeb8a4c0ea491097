import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Database } from "./database.ts";
import { Host } from "./host.ts";

/**
 * A NixOS configuration is changed and rebuilt. The host is no NixOS: real Nix
 * evaluates the configuration, by way of nixos/system.nix, and
 * nixos/nixos-rebuild does with the units what `switch` does.
 */

const NAME = "nix";
const CONFIGURATION = "/etc/nixos/configuration.nix";
const MODULE = "/etc/nixos/modules/forum.nix";
const UP = ["--switch", "nixos", "--yes"];
const here = (name: string) =>
  fromFileUrl(new URL(`./nixos/${name}`, import.meta.url));
let host: Host;
let database: Database;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await host.shell(
    "mkdir -p /etc/nixos/modules /usr/local/lib/rig-nixos",
  );
  const put = (name: string, to: string) =>
    host.rig("put", NAME, here(name), to);
  await put("etc/configuration.nix", CONFIGURATION);
  await put("etc/hardware.nix", "/etc/nixos/hardware.nix");
  await put("etc/modules/forum.nix", MODULE);
  await put("system.nix", "/usr/local/lib/rig-nixos/system.nix");
  await put("nixos-rebuild", "/usr/local/bin/nixos-rebuild");
  await host.ok("nixos-rebuild", "switch");
  await database.opens();
  await host.ok("systemctl", "start", database.app);
  await database.writes();
  await host.save("before");
});
Deno.test.afterAll(() => Host.lower(NAME));

/** The host as it was before an upgrade, its server recovered. */
async function comeBack(): Promise<void> {
  await host.restore("before");
  await database.opens();
  await database.writes();
}

async function checkServes(version: string): Promise<void> {
  assertEquals(await database.version(), version);
  await database.writes();
  const losses = await database.losses();
  assertEquals(losses.code, 0, losses.stdout);
}

Deno.test("15 → 17 by one command, and back: one value, and its byte as before", async () => {
  const before = host.read(CONFIGURATION);
  const module = host.read(MODULE);
  const plan = await host.pgladder(
    "plan",
    "db",
    "--to",
    "17",
    ...UP.slice(0, 2),
  );
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  assertStringIncludes(
    plan.stdout,
    `
  -  services.forum.postgresTag = "15"; # "15" was new then
  +  services.forum.postgresTag = "17"; # "15" was new then
`,
  );
  assertEquals(host.read(CONFIGURATION), before);

  const up = await host.pgladder("upgrade", "db", "--to", "17", ...UP);
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await checkServes("17");
  assertEquals(
    host.read(CONFIGURATION),
    before.replace(`Tag = "15"`, `Tag = "17"`),
  );
  assertEquals(host.read(MODULE), module);
  assertStringIncludes(up.stderr, "| building the system configuration...");

  const down = await host.pgladder(
    "rollback",
    "db",
    "--yes",
    "--confirm",
    "db",
  );
  assertEquals(down.code, 0, down.stderr + down.stdout);
  // What 17 had taken is given up: that was confirmed.
  assertEquals(await database.version(), "15");
  await database.writes();
  assertEquals(host.read(CONFIGURATION), before);
});

Deno.test("A rollback before the rebuild takes the bytes back all the same", async () => {
  await comeBack();
  const before = host.read(CONFIGURATION);
  // A rebuild that does nothing: the unit would still run the old image.
  const up = await host.pgladder(
    ...["upgrade", "db", "--to", "17", ...UP],
    ...["--rebuild-command", "echo nothing came of it; exit 1"],
  );
  assertEquals(up.code, 4, up.stderr + up.stdout);
  assertStringIncludes(
    up.stderr,
    `after "echo nothing came of it; exit 1" ended with 1 (log: /srv/db.pgladder/job/switch-apply.log): nothing came of it`,
  );
  assert(host.read(CONFIGURATION).includes(`Tag = "17"`));
  const down = await host.pgladder(
    "rollback",
    "db",
    "--yes",
    "--confirm",
    "db",
  );
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(host.read(CONFIGURATION), before);
  await checkServes("15");
});

Deno.test("What someone else has changed since is theirs: it waits", async () => {
  await comeBack();
  const climb = host.begin("upgrade", "db", "--to", "17", ...UP);
  await climb.reaches("step-done close");
  await host.shell(`printf '# mine\\n' >>${CONFIGURATION}`);
  const { code, stderr } = await climb.end();
  assertEquals(code, 5, stderr);
  assertStringIncludes(
    stderr,
    `"${CONFIGURATION}" was changed by someone else since: change it yourself ("15" → "17"), and have it take effect`,
  );
  await host.shell(
    `sed -i 's/Tag = "15"/Tag = "17"/' ${CONFIGURATION} && nixos-rebuild switch`,
  );
  const resumed = await host.pgladder("resume", "db");
  assertEquals(resumed.code, 0, resumed.stderr + resumed.stdout);
  await checkServes("17");
  assertStringIncludes(host.read(CONFIGURATION), "# mine\n");
});

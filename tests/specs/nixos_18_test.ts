import { assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "./host.ts";
import { MODULE, NixosHost } from "./nixos_host.ts";

/** To 18, which wants the volume elsewhere: two values in one diff. */

const NAME = "nix-18";
let nixos: NixosHost;
let host: Host;

Deno.test.beforeAll(async () => {
  nixos = await NixosHost.raise(NAME, 300);
  ({ host } = nixos);
});
Deno.test.afterAll(() => Host.lower(NAME));

const MOUNT = `"\${cfg.dataDir}:/var/lib/postgresql/data"`;
const MOUNT_18 = `"\${cfg.dataDir}:/var/lib/postgresql"`;

/** Up to 18 by one command, and down again to the very bytes. */
async function thereAndBack(from: string): Promise<void> {
  const before = nixos.texts();
  const plan = await host.pgladder(
    ...["plan", "db", "--to", "18", "--switch", "nixos"],
  );
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  assertStringIncludes(
    plan.stdout,
    `
  -  services.forum.postgresTag = "${from}"; # "15" was new then
  +  services.forum.postgresTag = "18"; # "15" was new then
`,
  );
  assertStringIncludes(
    plan.stdout,
    `
  -      volumes = [ ${MOUNT} ];
  +      volumes = [ ${MOUNT_18} ];
`,
  );
  assertEquals(nixos.texts(), before);

  const up = await nixos.upgrade("18");
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await nixos.database.checkServes("18");
  assertEquals(nixos.texts(), {
    configuration: before.configuration
      .replace(`Tag = "${from}"`, `Tag = "18"`),
    module: before.module.replace(MOUNT, MOUNT_18),
  });
  // The tombstone at the old place has gone once nobody can start there.
  assertEquals(host.list("/srv/db"), ["18"]);

  const down = await nixos.rollback();
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(await nixos.database.version(), from);
  await nixos.database.writes();
  assertEquals(nixos.texts(), before);
}

Deno.test("15 → 18 by one command, the mount in the same diff, and back", async () => {
  await thereAndBack("15");
});

Deno.test("17 → 18 by one command, the mount in the same diff, and back", async () => {
  await nixos.comeBack();
  const to17 = await nixos.upgrade("17");
  assertEquals(to17.code, 0, to17.stderr + to17.stdout);
  const commit = await host.pgladder("commit", "db", "--confirm", "db");
  assertEquals(commit.code, 0, commit.stderr + commit.stdout);
  await thereAndBack("17");
});

Deno.test("15 → 18 with a PGDATA of the operator's own: the tag alone is changed", async () => {
  await nixos.comeBack();
  await host.shell(`
    sed -i 's|environment.POSTGRES_PASSWORD|environment.PGDATA = "/var/lib/postgresql/data";\\n      &|' ${MODULE}
    nixos-rebuild switch`);
  await nixos.database.opens();
  await host.ok("systemctl", "start", nixos.database.app);
  await nixos.database.writes();
  const before = nixos.texts();
  assertStringIncludes(before.module, "environment.PGDATA");
  const up = await nixos.upgrade("18");
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await nixos.database.checkServes("18");
  assertEquals(nixos.texts(), {
    ...before,
    configuration: before.configuration.replace(`Tag = "15"`, `Tag = "18"`),
  });
  const down = await nixos.rollback();
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(await nixos.database.version(), "15");
  assertEquals(nixos.texts(), before);
});

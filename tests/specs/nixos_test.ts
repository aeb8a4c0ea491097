import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "./host.ts";
import { CONFIGURATION, NixosHost, UP } from "./nixos_host.ts";

/** A NixOS configuration is changed and rebuilt, to 17 and back. */

const NAME = "nix";
let nixos: NixosHost;
let host: Host;

Deno.test.beforeAll(async () => {
  nixos = await NixosHost.raise(NAME, 300);
  ({ host } = nixos);
});
Deno.test.afterAll(() => Host.lower(NAME));

Deno.test("15 → 17 by one command, and back: one value, and its byte as before", async () => {
  const before = nixos.texts();
  const plan = await host.pgladder(
    ...["plan", "db", "--to", "17", "--switch", "nixos"],
  );
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  assertStringIncludes(
    plan.stdout,
    `
  -  services.forum.postgresTag = "15"; # "15" was new then
  +  services.forum.postgresTag = "17"; # "15" was new then
`,
  );
  assertEquals(nixos.texts(), before);

  const up = await nixos.upgrade("17");
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await nixos.database.checkServes("17");
  assertEquals(nixos.texts(), {
    ...before,
    configuration: before.configuration.replace(`Tag = "15"`, `Tag = "17"`),
  });
  assertStringIncludes(up.stderr, "| building the system configuration...");

  const down = await nixos.rollback();
  assertEquals(down.code, 0, down.stderr + down.stdout);
  // What 17 had taken is given up: that was confirmed.
  assertEquals(await nixos.database.version(), "15");
  await nixos.database.writes();
  assertEquals(nixos.texts(), before);
});

Deno.test("A rollback before the rebuild takes the bytes back all the same", async () => {
  await nixos.comeBack();
  const before = nixos.texts();
  // A rebuild that does nothing: the unit would still run the old image.
  const up = await nixos.upgrade(
    "17",
    ...["--rebuild-command", "echo nothing came of it; exit 1"],
  );
  assertEquals(up.code, 4, up.stderr + up.stdout);
  assertStringIncludes(
    up.stderr,
    `after "echo nothing came of it; exit 1" ended with 1 (log: /srv/db.pgladder/job/switch-apply.log): nothing came of it`,
  );
  assert(host.read(CONFIGURATION).includes(`Tag = "17"`));
  const down = await nixos.rollback();
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(nixos.texts(), before);
  await nixos.database.checkServes("15");
});

Deno.test("What someone else has changed since is theirs: it waits", async () => {
  await nixos.comeBack();
  const climb = host.begin("upgrade", "db", "--to", "17", ...UP);
  await climb.reaches("step-done close");
  await host.shell(`printf '# mine\\n' >>${CONFIGURATION}`);
  const { code, stderr } = await climb.end();
  assertEquals(code, 5, stderr);
  assertStringIncludes(
    stderr,
    `"${CONFIGURATION}" was changed by someone else since: change it yourself ("15" → "17"). Then type "nixos-rebuild switch"`,
  );
  await host.shell(
    `sed -i 's/Tag = "15"/Tag = "17"/' ${CONFIGURATION} && nixos-rebuild switch`,
  );
  const resumed = await host.pgladder("resume", "db");
  assertEquals(resumed.code, 0, resumed.stderr + resumed.stdout);
  await nixos.database.checkServes("17");
  assertStringIncludes(host.read(CONFIGURATION), "# mine\n");
});

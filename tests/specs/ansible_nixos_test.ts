import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Controller } from "./ansible/controller.ts";
import { said, succeeded } from "./ansible/rollout.ts";
import { Host } from "./host.ts";
import { CONFIGURATION, MODULE, NixosHost } from "./nixos_host.ts";
import { program } from "./program.ts";

/** Where the hosts' configuration has the tag: the last line is for that. */

const NAME = "specs-ansible-nix";
const OPTION = "services.forum.postgresTag";

let controller: Controller;
let nixos: NixosHost;

Deno.test.beforeAll(async () => {
  controller = await Controller.raise(NAME, await program());
  nixos = await NixosHost.raise(NAME, 300);
  await controller.plug(nixos.host);
  await controller.write([nixos.host], {
    pgladder_source: `${controller.home}/pgladder`,
    pgladder_to: "17",
    pgladder_switch: "nixos",
    pgladder_nix_option: OPTION,
    pgladder_poll_seconds: "2",
  });
});
Deno.test.afterAll(async () => {
  await Host.lower(NAME);
  await Controller.lower(NAME);
});

Deno.test("after the last host: what the servers say, and the line for retire-overrides, which is typed as it stands", async () => {
  const { host } = nixos;
  const before = nixos.texts();
  const planned = succeeded(await controller.play("plan.yml"));
  assert(!planned.includes("retire-overrides"), planned);
  const up = succeeded(await controller.play("upgrade.yml"));
  const version = await nixos.database.sql("SHOW server_version");
  assert(version.startsWith("17."), version);
  assertStringIncludes(up, version);

  const line = /pgladder (retire-overrides .*) DIR$/m.exec(up)?.[1];
  assertEquals(line, `retire-overrides --nix-option ${OPTION} --to 17`, up);
  const retired = await host.pgladder(
    ...(line ?? "").split(" "),
    "/etc/nixos",
    "--yes",
  );
  assertEquals(retired.code, 0, said(retired));
  assertStringIncludes(host.read(MODULE), `default = "17"`);
  assert(before.configuration.includes("postgresTag"));
  assert(!host.read(CONFIGURATION).includes("postgresTag"));
  const rebuilt = await host.ok("nixos-rebuild", "switch");
  assert(!rebuilt.includes("units:"), rebuilt);
});

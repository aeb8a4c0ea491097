import { assertEquals } from "@std/assert";
import { Host, sleep } from "./host.ts";
import { NixosHost, UP } from "./nixos_host.ts";

/** The power goes during the rebuild of a NixOS configuration. */

const NAME = "nix-power";
const LOG = "/srv/db.pgladder/job/switch-apply.log";
let nixos: NixosHost;
let host: Host;
let before: ReturnType<NixosHost["texts"]>;

Deno.test.beforeAll(async () => {
  nixos = await NixosHost.raise(NAME, 300);
  ({ host } = nixos);
  before = nixos.texts();
  const climb = host.begin("upgrade", "db", "--to", "18", ...UP);
  await climb.reaches("step-done swap");
  await climb.freeze();
  await host.snapshot(SWAPPED);
  await climb.thaw();
  await climb.kill();
});
Deno.test.afterAll(() => Host.lower(NAME));

/** What the rebuild has just said when the power goes. */
const MOMENTS = [
  "building the system configuration...",
  "stopping the following units:",
  "activating the configuration...",
  "starting the following units:",
] as const;

const CUTS: Readonly<Record<string, () => Promise<void>>> = {
  "the host is killed": async () => {
    await host.cutPower();
    await host.boot();
  },
  "unsynced writes are lost": async () => {
    await host.snapshot("cut");
    await host.restore("cut");
  },
};

/** Everything but the switch is done: each cut begins here. */
const SWAPPED = "swapped";

/** An upgrade to 18 whose host loses its power when the rebuild says that. */
async function cutAt(moment: string, cut: () => Promise<void>) {
  await host.restore(SWAPPED);
  const climb = host.begin("resume", "db");
  await climb.meets(
    `"${moment}" in the log of the rebuild`,
    () => Promise.resolve(host.exists(LOG) && host.read(LOG).includes(moment)),
  );
  await cut();
  await climb.end();
  // Time enough for whatever the boot has started to serve.
  await sleep(3000);
}

for (const [manner, cut] of Object.entries(CUTS)) {
  for (const moment of MOMENTS) {
    Deno.test(`Power cut at "${moment}", ${manner}: resume completes`, async () => {
      await cutAt(moment, cut);
      const { code, stderr } = await host.pgladder("resume", "db");
      assertEquals(code, 0, stderr);
      await nixos.database.checkServes("18");
    });
  }
  Deno.test(`Power cut in the rebuild, ${manner}: a rollback brings the bytes back`, async () => {
    await cutAt("activating the configuration...", cut);
    const { code, stderr } = await nixos.rollback();
    assertEquals(code, 0, stderr);
    assertEquals(await nixos.database.version(), "15");
    await nixos.database.writes();
    assertEquals(nixos.texts(), before);
  });
}

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { recap, Rollout, said, succeeded } from "./ansible/rollout.ts";

/** Roll-outs over three hosts: to their end, interrupted, back and for good. */

const NAME = "specs-ansible";
const CONFIRM = ["-e", "pgladder_confirm=db"];

let rollout: Rollout;

Deno.test.beforeAll(async () => {
  rollout = await Rollout.raise(NAME, 20_000);
});
Deno.test.afterAll(() => Rollout.lower(NAME));

Deno.test("Debian 13's ansible-core; its ansible-lint has nothing to say of the project as it is written", async () => {
  const { controller } = rollout;
  const home = `${controller.home}/written`;
  const write = [`${controller.home}/pgladder`, "ansible", home];
  succeeded(await controller.run(write, "/"));
  const version = succeeded(
    await controller.run(
      ["sh", "-c", ". /etc/os-release; ansible --version; echo $PRETTY_NAME"],
      home,
    ),
  );
  assertStringIncludes(version, "ansible [core 2.19");
  assertStringIncludes(version, "Debian GNU/Linux 13");
  const linted = await controller.run(
    ["ansible-lint", "--offline", "--nocolor"],
    home,
  );
  assertEquals(linted.code, 0, said(linted));
  assertStringIncludes(said(linted), "0 failure(s), 0 warning(s)");
});

Deno.test("15 → 17 on all; again changes nothing; and back", async () => {
  const up = await rollout.plays("upgrade.yml");
  for (const row of rollout.standings(up)) {
    assert(row.startsWith("done | 17."), up);
  }
  await rollout.checkServes("17");
  const second = await rollout.plays("upgrade.yml");
  assertEquals(recap(second, "changed"), [0, 0, 0]);

  const unsaid = await rollout.stopsAt(0, rollout.play("rollback.yml"));
  assertStringIncludes(unsaid, "--confirm db");
  assertEquals(await rollout.versions(), ["17", "17", "17"]);
  const back = await rollout.plays("rollback.yml", ...CONFIRM);
  for (const row of rollout.standings(back)) {
    assert(row.startsWith("rolled back"), back);
  }
  assertEquals(await rollout.versions(), ["15", "15", "15"]);
});

Deno.test("commit: the old data go on all hosts, and there is nothing to do any more", async () => {
  await rollout.begin();
  await rollout.plays("upgrade.yml");
  const unsaid = await rollout.stopsAt(0, rollout.play("commit.yml"));
  assertStringIncludes(unsaid, "--confirm db");
  assertEquals(rollout.have("/srv/db.bak"), [true, true, true]);
  const committed = await rollout.plays("commit.yml", ...CONFIRM);
  for (const row of rollout.standings(committed)) {
    assert(row.startsWith("committed"), committed);
  }
  assertEquals(rollout.have("/srv/db.bak"), [false, false, false]);
  await rollout.finishes([0, 0, 0]);
});

Deno.test("a host is powered off in the midst: run again, it goes on there", async () => {
  await rollout.begin();
  const { output } = rollout.upgrades();
  await rollout.reaches(1, "step-started dump");
  await rollout.host(1).cutPower();
  assertStringIncludes(await rollout.stopsAt(1, output), "stopped");
  await rollout.host(1).boot();
  await rollout.controller.plug(rollout.host(1));
  await rollout.finishes([0, 1, 0]);
});

Deno.test("ssh is cut in the midst: the climb goes on, and is found at its end", async () => {
  await rollout.begin();
  const { output } = rollout.upgrades();
  await rollout.reaches(1, "step-started dump");
  await rollout.controller.cable(rollout.host(1), "down");
  assertStringIncludes(
    await rollout.stopsAt(1, output),
    "goes on by itself, but the host does not answer",
  );
  await rollout.reaches(1, "step-done start-writers");
  await rollout.controller.cable(rollout.host(1), "up");
  await rollout.finishes([0, 0, 0]);
});

Deno.test("the controller is killed in the midst: run again, it waits for what goes on", async () => {
  await rollout.begin();
  const play = rollout.upgrades();
  for (const index of [0, 1, 2]) {
    await rollout.reaches(index, "step-started prepare");
  }
  await play.kill();
  await rollout.finishes([0, 0, 0]);
});

Deno.test("a canary whose restore fails: the others are not touched; then back", async () => {
  await rollout.begin();
  await rollout.makePicky(0);
  const failed = await rollout.play("upgrade.yml");
  assertEquals(failed.code, 2, said(failed));
  const [canary = "", ...others] = rollout.standings(failed.stdout);
  assert(canary.startsWith("stopped"), canary);
  assertStringIncludes(canary, "picky");
  for (const row of others) assertStringIncludes(row, "not begun");
  assertStringIncludes(failed.stdout, "3 of 3 hosts are not there");
  assertEquals(rollout.have("/srv/db.pgladder"), [true, false, false]);
  await rollout.plays("rollback.yml");
  await rollout.checkServes("15");
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { measureCost } from "./ansible/cost.ts";
import { recap, Rollout, said, succeeded } from "./ansible/rollout.ts";
import { difference, footprint } from "./footprint.ts";
import type { Host } from "./host.ts";

/** Roll-outs over three hosts: to their end, interrupted, back and for good. */

const NAME = "specs-ansible";
const CONFIRM = ["-e", "pgladder_confirm=db"];

/** With how many names the cost is measured, such as "20" or "20,120". */
const NAMES = Deno.env.get("PGLADDER_NAMES");

let rollout: Rollout;

Deno.test.beforeAll(async () => {
  rollout = await Rollout.raise(NAME, 20_000);
});
Deno.test.afterAll(() => Rollout.lower(NAME));

/** What is there, but for the databases' own data and Ansible's own files. */
async function everything(host: Host): Promise<string[]> {
  const files = await host.shell(`
    find /etc /home /opt /root /srv /usr /var/lib/pgladder -xdev \
      -not -path '/srv/db/*' -not -path '/root/.ansible*' -not -path '*/bin-*' \
      '(' -type d -printf '%p %m %U\\n' -o -printf '%p %y %m %U %s %T@\\n' ')'
    find /tmp /var/tmp -mindepth 1 -maxdepth 1 -not -name 'systemd-private-*' -printf '%p\\n'
    systemctl show podman-db.service -p InvocationID,FragmentPath,DropInPaths`);
  return [...await footprint(host), ...files.trim().split("\n")];
}

async function begun(host: Host): Promise<string> {
  const words = ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"];
  const climb = host.begin(...words);
  await climb.reaches("step-started dump");
  await climb.kill();
  return words.join(" ");
}

Deno.test("Debian 13's ansible-core; its ansible-lint has nothing to say of the project as written", async () => {
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

Deno.test("--check changes nothing, of no playbook", async () => {
  const before = await Promise.all(rollout.hosts.map(everything));
  for (const verb of ["upgrade", "rehearse", "rollback", "commit"]) {
    const checked = await rollout.plays(`${verb}.yml`, "--check");
    for (const row of rollout.standings(checked)) {
      assert(/(^| \| )(not begun|no open run)( \||$)/.test(row), row);
    }
    // The executable is not there: it would be copied.
    assertEquals(recap(checked, "changed"), [1, 1, 1], verb);
  }
  for (const [index, lines] of before.entries()) {
    const after = await everything(rollout.host(index));
    assertEquals(difference(lines, after), { gone: [], new: [] });
  }
  await rollout.checkServes("15");

  assertEquals(recap(await rollout.plays("plan.yml"), "changed"), [1, 1, 1]);
  const again = await rollout.plays("upgrade.yml", "--check");
  assertEquals(recap(again, "changed"), [0, 0, 0]);
});

Deno.test("rehearse: what would fail is said of that host, and plan knows the downtime", async () => {
  await rollout.begin();
  await rollout.makePicky(1);
  const rehearsed = await rollout.play("rehearse.yml");
  assertEquals(rehearsed.code, 2, said(rehearsed));
  const [one = "", picky = "", three = ""] = rollout.standings(
    rehearsed.stdout,
  );
  for (const row of [one, three]) {
    assertStringIncludes(row, "not begun | rehearsed");
  }
  assertStringIncludes(picky, "rehearsal failed");
  assertStringIncludes(picky, "picky");
  assertEquals(rollout.have("/srv/db.bak"), [false, false, false]);
  await rollout.checkServes("15");

  const rows = rollout.standings((await rollout.play("plan.yml")).stdout);
  for (const row of [rows[0] ?? "", rows[2] ?? ""]) {
    assert(/ \| \d+ s, as rehearsed \| not begun$/.test(row), row);
  }
});

Deno.test("another processor, no systemd, a run of somebody else: refused with the reason, nothing is begun", async () => {
  await rollout.begin();
  const third = rollout.host(2);
  await third.shell(`printf '#!/bin/sh\necho aarch64\n' >/usr/local/bin/uname
    chmod +x /usr/local/bin/uname`);
  assertStringIncludes(
    await rollout.stopsAt(2, rollout.play("upgrade.yml")),
    "refused | the executable is for x86_64, this host is aarch64",
  );
  await third.ok("rm", "/usr/local/bin/uname");

  // A system whose first process is sshd.
  await third.ok(
    ...["systemd-run", "--unit=bare", "unshare", "-mpf", "--mount-proc", "sh"],
    "-ceu",
    "mount -t tmpfs bare /run/systemd; exec /usr/sbin/sshd -D -p 2222",
  );
  const bare = ["--limit", third.name, "-e", "ansible_port=2222"];
  assertStringIncludes(
    await rollout.stopsAt(2, rollout.play("upgrade.yml", ...bare)),
    "refused | no systemd runs this host",
  );

  const words = await begun(rollout.host(1));
  assertStringIncludes(
    await rollout.stopsAt(1, rollout.play("upgrade.yml")),
    `somebody else began it with "pgladder ${words}"`,
  );
  assertEquals(rollout.have("/srv/db.pgladder"), [false, true, false]);
});

Deno.test("15 → 17 on all; again changes nothing; and back", async () => {
  await rollout.begin();
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

Deno.test("a host is powered off in the middle: run again, it goes on there; then commit: the old data go on all hosts, and there is nothing to do any more", async () => {
  await rollout.begin();
  const { output } = rollout.upgrades();
  await rollout.reaches(1, "step-started dump");
  await rollout.host(1).cutPower();
  assertStringIncludes(await rollout.stopsAt(1, output), "stopped");
  await rollout.host(1).boot();
  await rollout.controller.plug(rollout.host(1));
  await rollout.finishes([0, 1, 0]);

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

Deno.test("ssh is cut in the middle: the upgrade goes on, and is found at its end", async () => {
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

Deno.test("the controller is killed in the middle: run again, it waits for what goes on", async () => {
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

Deno.test({
  name: "cost: what each host takes of the controller",
  ignore: NAMES === undefined,
  fn: async () => {
    await rollout.begin();
    await measureCost(rollout, NAMES ?? "");
  },
});

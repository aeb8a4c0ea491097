import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { difference, footprint } from "./footprint.ts";
import type { Host } from "./host.ts";
import { recap, Rollout, said } from "./ansible/rollout.ts";

/** What changes nothing on three hosts: questions, rehearsals and refusals. */

const NAME = "specs-ansible-asks";

let rollout: Rollout;

Deno.test.beforeAll(async () => {
  rollout = await Rollout.raise(NAME, 2_000);
});
Deno.test.afterAll(() => Rollout.lower(NAME));

/** What is there, but for the databases' own data and Ansible's own files. */
async function everything(host: Host): Promise<string[]> {
  const files = await host.shell(`
    find /etc /home /opt /root /srv /usr /var/lib/pgladder -xdev \
      -not -path '/srv/db/*' -not -path '/root/.ansible*' -not -path '*/bin-*' \
      -printf '%p %y %m %U %s %T@\\n'
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

Deno.test("--check changes nothing, of no playbook", async () => {
  const before = await Promise.all(rollout.hosts.map(everything));
  for (const verb of ["upgrade", "rehearse", "rollback", "commit"]) {
    const checked = await rollout.plays(`${verb}.yml`, "--check");
    for (const row of rollout.standings(checked)) {
      assert(row.startsWith("not begun") || row.startsWith("no open"), row);
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

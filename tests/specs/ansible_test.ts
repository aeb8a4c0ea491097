import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Controller } from "./ansible/controller.ts";
import { Database } from "./database.ts";
import { Host, type Output, until } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";
import { program } from "./program.ts";

/** Three hosts and a controller with Debian's ansible-core. */

const NAME = "specs-ansible";
const NAMES = ["a", "b", "c"].map((letter) => `${NAME}-${letter}`);
const CONFIRM = ["-e", "pgladder_confirm=db"];
const TOGETHER = ["-e", "pgladder_serial=3"];

let controller: Controller;
const hosts: Host[] = [];
const databases: Database[] = [];

Deno.test.beforeAll(async () => {
  controller = await Controller.raise(NAME, await program());
  for (const name of NAMES) {
    const host = await Host.raise(name);
    hosts.push(host);
    databases.push(await Database.make(host, { rows: 20_000 }));
    await host.ok("rm", "/usr/local/bin/pgladder");
    await host.save("loaded");
    await controller.plug(host);
  }
  await controller.write(hosts, {
    pgladder_source: `${controller.home}/pgladder`,
    pgladder_to: "17",
    pgladder_switch: "unit",
    pgladder_poll_seconds: "2",
  });
});
Deno.test.afterAll(async () => {
  for (const name of NAMES) await Host.lower(name);
  await Controller.lower(NAME);
});

/** All of them on 15 again, with nothing of ours on their disks. */
async function begin() {
  for (const host of hosts) {
    await host.restore("loaded");
    await controller.plug(host);
  }
  for (const database of databases) await database.opens();
}

async function versions(): Promise<string[]> {
  return await Promise.all(databases.map((database) => database.version()));
}

const said = ({ stderr, stdout }: Output) => `${stdout}\n${stderr}`;

function succeeded(output: Output): string {
  assertEquals(output.code, 0, said(output));
  return output.stdout;
}

/** What the recap says of each host, such as "changed". */
function recap(stdout: string, what: string): number[] {
  const found = [...stdout.matchAll(new RegExp(`\\b${what}=(\\d+)`, "g"))];
  return found.map(([, count]) => Number(count));
}

/** The row of each host in the last table, without its name and container. */
function standings(stdout: string): string[] {
  return NAMES.map((name) => {
    const rows = stdout.split("\n").map((line) => line.trim().split(/ {2,}/))
      .filter(([first, second]) => first === name && second === "db");
    return rows.at(-1)?.slice(2).join(" | ") ?? "";
  });
}

/** The end of a roll-out that has to be run again: the host's row in it. */
async function stopsAt(host: Host, output: Promise<Output>): Promise<string> {
  const { code, ...texts } = await output;
  assertEquals(code, 2, texts.stdout + texts.stderr);
  return standings(texts.stdout)[hosts.indexOf(host)] ?? "";
}

async function reaches(host: Host, fact: string) {
  await until(
    `"${fact}" in the journal of ${host.name}`,
    () => wordsOf(readJournal(host, "/srv/db")).includes(fact),
    240,
  );
}

function host(index: number): Host {
  const found = hosts[index];
  if (found === undefined) throw new Error(`There is no host ${index}`);
  return found;
}

/** Runs it once more: every host is done, and these were gone on with. */
async function finishes(changed: readonly number[]) {
  const again = succeeded(
    await controller.play("upgrade.yml", ...TOGETHER),
  );
  for (const row of standings(again)) assert(row.startsWith("done"), again);
  assertEquals(recap(again, "changed"), changed, again);
  await checkServes("17");
}

async function checkServes(version: string) {
  for (const database of databases) await database.checkServes(version);
}

Deno.test("ansible-lint has nothing to say of the project as it is written", async () => {
  const home = `${controller.home}/written`;
  succeeded(
    await controller.run(
      [`${controller.home}/pgladder`, "ansible", home],
      "/",
    ),
  );
  const linted = await controller.run(
    ["ansible-lint", "--offline", "--nocolor"],
    home,
  );
  assertEquals(linted.code, 0, said(linted));
  assertStringIncludes(said(linted), "0 failure(s), 0 warning(s)");
});

Deno.test("--check is plan; 15 → 17 on all; again changes nothing; and back", async () => {
  const checked = succeeded(await controller.play("upgrade.yml", "--check"));
  for (const row of standings(checked)) {
    assertStringIncludes(row, "not begun");
  }
  assertEquals(hosts.map((host) => host.exists("/srv/db.pgladder")), [
    false,
    false,
    false,
  ]);
  assertEquals(await versions(), ["15", "15", "15"]);
  const again = succeeded(await controller.play("upgrade.yml", "--check"));
  assertEquals(recap(again, "changed"), [0, 0, 0]);

  const up = succeeded(await controller.play("upgrade.yml", "-vvvv"));
  assert(!up.includes("rig-db"), "the database's password is in the output");
  for (const row of standings(up)) {
    assert(/^done \| 17\.\d+/.test(row), row);
  }
  await checkServes("17");
  const second = succeeded(await controller.play("upgrade.yml"));
  assertEquals(recap(second, "changed"), [0, 0, 0]);

  const unsaid = await controller.play("rollback.yml");
  assertEquals(unsaid.code, 2, said(unsaid));
  assertStringIncludes(unsaid.stdout, "--confirm db");
  assertEquals(await versions(), ["17", "17", "17"]);
  const back = succeeded(await controller.play("rollback.yml", ...CONFIRM));
  for (const row of standings(back)) assert(row.startsWith("rolled back"), row);
  assertEquals(await versions(), ["15", "15", "15"]);
});

Deno.test("commit: the old data go on all hosts, and there is nothing to do any more", async () => {
  await begin();
  succeeded(await controller.play("upgrade.yml", ...TOGETHER));
  const unsaid = await controller.play("commit.yml");
  assertEquals(unsaid.code, 2, said(unsaid));
  assertEquals(hosts.map((it) => it.exists("/srv/db.bak")), [true, true, true]);
  const committed = succeeded(await controller.play("commit.yml", ...CONFIRM));
  for (const row of standings(committed)) {
    assert(row.startsWith("committed"), row);
  }
  assertEquals(
    hosts.map((it) => it.exists("/srv/db.bak")),
    [false, false, false],
  );
  await finishes([0, 0, 0]);
});

Deno.test("a host is powered off in the midst: run again, it goes on there", async () => {
  await begin();
  const play = controller.begin("upgrade.yml", ...TOGETHER);
  await reaches(host(1), "step-started dump");
  await host(1).cutPower();
  assertStringIncludes(await stopsAt(host(1), play.output), "stopped");
  await host(1).boot();
  await controller.plug(host(1));
  await finishes([0, 1, 0]);
});

Deno.test("ssh is cut in the midst: the climb goes on, and is found at its end", async () => {
  await begin();
  const play = controller.begin("upgrade.yml", ...TOGETHER);
  await reaches(host(1), "step-started dump");
  await controller.cable(host(1), "down");
  assertStringIncludes(
    await stopsAt(host(1), play.output),
    "goes on by itself, but the host does not answer",
  );
  await reaches(host(1), "step-done start-writers");
  await controller.cable(host(1), "up");
  await finishes([0, 0, 0]);
});

Deno.test("the controller is killed in the midst: run again, it waits for what goes on", async () => {
  await begin();
  const play = controller.begin("upgrade.yml", ...TOGETHER);
  for (const it of hosts) await reaches(it, "step-started prepare");
  await play.kill();
  await finishes([0, 0, 0]);
});

Deno.test("a canary whose restore fails: the others are not touched; then back", async () => {
  await begin();
  await databases[0]?.psql(
    "-qc",
    `CREATE FUNCTION fits(i int) RETURNS bool LANGUAGE sql AS 'SELECT true';
    CREATE TABLE picky (i int CHECK (fits(i)));
    INSERT INTO picky VALUES (1);
    CREATE OR REPLACE FUNCTION fits(i int) RETURNS bool LANGUAGE sql
      AS 'SELECT false';`,
  );
  const failed = await controller.play("upgrade.yml");
  assertEquals(failed.code, 2, said(failed));
  const [canary = "", ...others] = standings(failed.stdout);
  assert(canary.startsWith("stopped"), canary);
  assertStringIncludes(canary, "picky");
  for (const row of others) assertStringIncludes(row, "not begun");
  for (const it of hosts.slice(1)) assert(!it.exists("/srv/db.pgladder"));
  succeeded(await controller.play("rollback.yml"));
  await checkServes("15");
});

Deno.test("another processor, and a run of somebody else: refused with the reason, nothing is begun", async () => {
  await begin();
  await host(2).shell(`printf '#!/bin/sh\necho aarch64\n' >/usr/local/bin/uname
    chmod +x /usr/local/bin/uname`);
  assertStringIncludes(
    await stopsAt(host(2), controller.play("upgrade.yml")),
    "refused | the executable is for x86_64, this host is aarch64",
  );
  await host(2).ok("rm", "/usr/local/bin/uname");

  const words = ["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"];
  const climb = host(1).begin(...words);
  await climb.reaches("step-started dump");
  await climb.kill();
  assertStringIncludes(
    await stopsAt(host(1), controller.play("upgrade.yml")),
    `somebody else began it with "pgladder ${words.join(" ")}"`,
  );
  for (const index of [0, 2]) {
    assert(!host(index).exists("/srv/db.pgladder"), `host ${index} was begun`);
  }
});

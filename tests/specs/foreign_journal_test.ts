import { assertEquals, assertMatch } from "@std/assert";
import type { Entry } from "../../journal/fact.ts";
import { formatDocument, parseDocument } from "../../journal/document.ts";
import type { Plan } from "../../journal/plan.ts";
import { Database } from "./database.ts";
import { flat, Host } from "./host.ts";

/**
 * A journal that somebody else has written is nobody's: beside another mount of
 * the container, which a user owns, and beside the data, where it is not root's.
 */

const NAME = "specs-foreign";
/** What the journal would have root run. */
const EVIL = "/srv/deploy/evil";
const RAN = "/run/evil-ran";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.shell(`useradd deploy; install -d -o deploy -g deploy /srv/deploy
    install -d -o deploy -g deploy /srv/deploy/initdb
    printf '#!/bin/sh\\ntouch ${RAN}\\n' >${EVIL}; chmod 755 ${EVIL}`);
  await Database.make(host, {
    rows: 100,
    more: [
      ...["--run-arg", "-v", "--run-arg"],
      "/srv/deploy/initdb:/docker-entrypoint-initdb.d",
    ],
  });
  const journal = await theirs();
  await Deno.writeTextFile(host.path("/srv/deploy/journal.json"), journal);
});
Deno.test.afterAll(() => Host.lower(NAME));

/** The journal of a run that was turned back, with other programs in its plan. */
async function theirs(): Promise<string> {
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  );
  await climb.reaches("step-started dump");
  await climb.kill();
  const { entries, tool } = parseDocument(
    host.read("/srv/db.pgladder/journal.json"),
  );
  const back = await host.pgladder("rollback", "db", "--confirm", "db");
  assertEquals(back.code, 0, back.stderr + back.stdout);
  await host.shell("rm -rf /srv/db.pgladder");
  return formatDocument(entries.map(altered), tool);
}

function altered(entry: Entry): Entry {
  const { fact } = entry;
  if (fact.type !== "run-planned") return entry;
  const plan: Plan = {
    ...fact.plan,
    program: EVIL,
    switch: { kind: "command", command: EVIL },
  };
  return { ...entry, fact: { ...fact, plan } };
}

const plant = (directory: string) =>
  host.shell(`rm -rf ${directory}
    install -d -o deploy -g deploy -m 700 ${directory}
    install -o deploy -g deploy -m 600 /srv/deploy/journal.json ${directory}`);

/** All that reads a journal, and what it says. */
async function askAll(): Promise<string[]> {
  const said: string[] = [];
  for (
    const words of [
      ["status", "db"],
      ["bundle", "db", "--output", "/root/b.tar"],
      ["report", "db"],
      ["rollback", "db", "--confirm", "db"],
      ["resume", "db"],
      ["commit", "db", "--confirm", "db"],
    ]
  ) {
    const { code, stderr, stdout } = await host.pgladder(...words);
    said.push(`${words[0]} ${code}: ${flat(stdout + stderr)}`);
  }
  assertEquals(host.exists(RAN), false, said.join("\n"));
  return said;
}

async function checkServes() {
  const { code } = await host.exec("podman", "exec", "db", "pg_isready", "-q");
  assertEquals(code, 0);
}

Deno.test("beside a mount that is not the data's it is not looked for", async () => {
  await plant("/srv/deploy/initdb.pgladder");
  for (const it of await askAll()) {
    assertEquals(/pgladder resume|srv.deploy/.test(it), false, it);
  }
  await checkServes();
});

Deno.test("beside the data, of another owner, it is refused by all", async () => {
  await plant("/srv/db.pgladder");
  for (const it of await askAll()) {
    assertMatch(it, /^\w+ [1-9]\d*: .*\/srv\/db\.pgladder/);
  }
  await host.shell("rm -rf /srv/db.pgladder");
  await checkServes();
});

Deno.test("a pipe, a device or a hole in its place ends no command late", async () => {
  for (
    const make of [
      "mkfifo -m 600",
      "cp -a /dev/zero",
      "truncate -s 100G",
    ]
  ) {
    await host.shell(`rm -rf /srv/db.pgladder; mkdir -m 700 /srv/db.pgladder
      ${make} /srv/db.pgladder/journal.json`);
    const began = performance.now();
    const said = await askAll();
    const seconds = (performance.now() - began) / 1000;
    assertEquals(seconds < 60, true, `${make}: ${seconds} s`);
    for (const it of said) assertMatch(it, /^\w+ [1-9]\d*: /);
  }
  await host.shell("rm -rf /srv/db.pgladder");
  await checkServes();
});

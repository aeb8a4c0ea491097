import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { expectedOf } from "./expected.ts";
import { Host } from "./host.ts";
import { readJournal } from "./journal.ts";

/** A whole upgrade, undisturbed: everything is there, nothing is lost. */

const ROWS = 2000;
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-upgrade", "--disk", "ext4", "--size", "3G");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower("specs-upgrade"));

interface Upgraded {
  readonly database: Database;
  /** The old volume's tree as it was when the service had stopped. */
  readonly closedTree: string;
}

/** Upgrades a loaded database; all that must hold of every upgrade is here. */
async function upgrade(
  { from, to, dir }: { from: string; to: string; dir: string },
): Promise<Upgraded> {
  await host.restore("bare");
  const database = await Database.make(host, { tag: from, dir, rows: ROWS });
  const before = await database.contents();
  assert(before.length > 100, `only ${before.length} things to compare`);
  assertEquals((await database.login("keeper", "keeper-canary")).code, 0);
  const inode = host.inode(dir);

  const climb = host.begin(
    ...["upgrade", "db", "--to", to, "--switch", "unit", "--yes"],
  );
  await climb.reaches("step-done close", { volume: dir });
  await climb.freeze();
  const closedTree = await host.tree(`${dir}.bak`);
  await climb.thaw();
  const { code, stderr, stdout } = await climb.end();
  assertEquals(code, 0, stderr + stdout);

  assertEquals(await database.version(), to);
  // Named line by line, instead of printing hundreds of them.
  assertEquals(
    expectedOf(Number(from), Number(to))
      .unexpected(before, await database.contents()),
    { missing: [], added: [] },
  );
  assertEquals(host.inode(`${dir}.bak`), inode);
  for (
    const [user, password] of [
      ["keeper", "keeper-canary"],
      [`O'Neill "Jr" $(id) ünï`, "odd-canary"],
    ] as const
  ) {
    assertEquals((await database.login(user, password)).stdout, `${user}\n`);
    const wrong = await database.login(user, "something-else");
    assertStringIncludes(wrong.stderr, "password authentication failed");
  }
  await database.writes();
  assertEquals((await database.losses()).code, 0);
  return { database, closedTree };
}

Deno.test("15 → 17 on XFS: all is there, the old volume keeps every byte", async () => {
  const { closedTree } = await upgrade({
    from: "15",
    to: "17",
    dir: "/srv/db",
  });
  assertEquals(await host.tree("/srv/db.bak"), closedTree);
  assertEquals(host.exists("/var/tmp/pgladder-was-here"), false);
  const report = await host.ok("pgladder", "report", "--format", "markdown");
  for (
    const ran of [
      /\| podman run .*:to .*\| 0 \|/,
      /\| systemctl stop -- .*\| 0 \|/,
      /\| systemctl start -- .*\| 0 \|/,
    ]
  ) assert(ran.test(report), `${ran}: ${report}`);
});

Deno.test("13 → 18 on XFS: the unit's mount moves, all is there", async () => {
  const { closedTree, database } = await upgrade(
    { from: "13", to: "18", dir: "/srv/db" },
  );
  assertEquals(await host.tree("/srv/db.bak"), closedTree);
  const unit = host.read(database.unitFile);
  assertStringIncludes(unit, "/srv/db:/var/lib/postgresql ");
  assertStringIncludes(unit, "docker.io/library/postgres:18");
  assertEquals(host.list("/srv/db"), ["18"]);
});

Deno.test("15 → 17 on ext4, without clones: the old cluster was cleanly shut down", async () => {
  const { database } = await upgrade(
    { from: "15", to: "17", dir: "/srv/ext4/db" },
  );
  const old = readJournal(host, "/srv/ext4/db").find(({ fact }) =>
    fact.type === "step-done" && fact.step === "close"
  )?.fact.evidence?.["systemIdentifier"];
  const control = await host.shell(`
    podman run --rm --network none -v /srv/ext4/db.bak:/old:ro \
      --entrypoint pg_controldata docker.io/library/postgres:15 /old`);
  assert(/cluster state: +shut down\n/.test(control), control);
  assert(new RegExp(`system identifier: +${old}\n`).test(control), control);

  // It starts as it was, beside the new one.
  const rows = await database.sql("SELECT count(*) FROM ledger");
  await host.shell(`
    cp -a /srv/ext4/db.bak /srv/ext4/copy
    podman run -d --name old --network none -v /srv/ext4/copy:/var/lib/postgresql/data \
      docker.io/library/postgres:15 >/dev/null
    until podman exec old pg_isready -qh 127.0.0.1; do sleep 0.2; done`);
  const found = await host.shell(`
    podman exec old psql -XAtU postgres -c 'SELECT count(*) FROM ledger'
    podman exec old psql -XAtU postgres -d shop -c 'SELECT count(*) FROM sales.customers'
    podman rm -fv old >/dev/null`);
  const [ledger = "", customers = ""] = found.split("\n");
  assert(Number(ledger) > 0 && Number(ledger) < Number(rows), found);
  assertEquals(customers, String(ROWS));
});

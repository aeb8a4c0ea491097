import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, until } from "./host.ts";

/**
 * What the page `help trouble` has a person type is taken from the page, as it
 * is printed, and typed in the state that the page names; the words that it
 * says are seen there are seen. This host has 15 where the page says 16.
 */

const NAME = "help-trouble";
const OLD = "/var/lib/postgresql/data";
const FILE = "/etc/systemd/system/podman-db.service";
let host: Host;
let page: string;
const typed = new Set<string>();

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  page = flat(await host.ok("pgladder", "help", "trouble"));
});
Deno.test.afterAll(() => Host.lower(NAME));

/** Whole commands, wherever they stand in the text. */
const linesOn = () =>
  new Set(
    [...page.matchAll(
      /pgladder (?:status|plan|upgrade|rollback) db(?: --\S+(?: (?!--)[\w:]+)?)*/g,
    )]
      .map(([line]) =>
        line.replace(/[:.,;]$/, "").replace(
          / (upgrades|makes|serves|goes|names|with|the|for|what|by|and|a)$/,
          "",
        )
      ),
  );

/** One that is on the page, and what it comes to. */
async function type(line: string, as = line, more = "--yes") {
  assert(linesOn().has(line), `${line} is not on the page: ${[...linesOn()]}`);
  typed.add(line);
  const words = /status|plan/.test(line) ? as : `${as} ${more}`;
  return await host.exec("bash", "-c", words.replaceAll("16", "15"));
}

const runs = (tag: string, ...more: string[]) =>
  host.rig("db", host.name, "db", "--tag", tag, ...more);

const psql = (sql: string) =>
  host.ok("podman", "exec", "db", "psql", "-U", "postgres", "-XAtqc", sql);

async function fill() {
  await psql("create table rows as select generate_series(1, 1000) as id");
}

async function holds(major: number) {
  await until("it serves", async () => {
    const ready = ["podman", "exec", "db", "pg_isready", "-qh", "127.0.0.1"];
    return (await host.exec(...ready)).code === 0;
  });
  const said = await psql(
    "select count(*), current_setting('server_version_num')::int / 10000 from rows",
  );
  assertEquals(said.trim(), `1000|${major}`);
}

/**
 * What a person finds in the log stands on the page, word for word; of an
 * image that this host has a stand-in of, as much as that says.
 */
async function seen(words: string, said = words) {
  assertStringIncludes(page, words);
  await until("it says so", async () => {
    const log = ["journalctl", "-qu", "podman-db", "-o", "cat", "--no-pager"];
    return (await host.ok(...log)).includes(said);
  });
}

/** The unit is changed as it asks, and the run goes on. */
async function changed(
  { code, stderr, stdout }: Awaited<ReturnType<typeof type>>,
) {
  assertEquals(code, 5, stdout + stderr);
  const changes = [...stderr.matchAll(/the (?:image|volume): (\S+) → (\S+)/g)];
  assert(changes.length > 0, stderr);
  for (const [, from, to] of changes) {
    await host.shell(`sed -i 's|${from}|${to}|' ${FILE}`);
  }
  await host.ok("systemctl", "daemon-reload");
  await host.ok("pgladder", "resume", "db");
}

async function broken(tag: string, ...more: string[]) {
  await runs(tag, "--no-start", ...more);
  await host.shell("systemctl restart podman-db || :");
  const { code, stdout } = await type("pgladder status db");
  assertEquals(code, 3, stdout);
  assertEquals((await type("pgladder status db --json")).code, 3);
}

const away = () =>
  host.shell("systemctl stop podman-db; rm -rf /srv/db /srv/db.* /srv/lost");

Deno.test("of another version: served again, upgraded, and back", async () => {
  await runs("15");
  await fill();
  assertEquals((await type("pgladder status db")).code, 0);
  await broken("17");
  await seen("database files are incompatible with server");
  const plan = await type("pgladder plan db --to 17");
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  await changed(await type("pgladder upgrade db --to 16"));
  await holds(15);
  await host.ok("pgladder", "commit", "db");
  await broken("17");
  const line = "pgladder upgrade db --to 17 --from postgres:16";
  const from = line.replace("postgres:", "docker.io/library/postgres:");
  for (const way of ["pgladder rollback db", "pgladder rollback db --to-old"]) {
    const up = await type(line, from);
    assertEquals(up.code, 0, up.stdout + up.stderr);
    await holds(17);
    const back = await type(way, undefined, "--yes --confirm db");
    assertEquals(back.code, 0, back.stdout + back.stderr);
  }
  await holds(15);
  await host.ok("pgladder", "commit", "db");
  await away();
});

Deno.test("18 where its mount is the old one: served again by 17, and upgraded", async () => {
  await runs("17");
  await fill();
  for (const to of ["17", "18"]) {
    await broken("18", "--inner", OLD);
    await seen(
      "in 18+, these Docker images are configured to store database data",
      "in 18+, these ",
    );
    await changed(await type(`pgladder upgrade db --to ${to}`));
    await holds(Number(to));
    await host.ok("pgladder", "commit", "db", "--confirm", "db");
  }
  await away();
});

Deno.test("an empty cluster, and the lost one beside it", async () => {
  await runs("17");
  await fill();
  await host.shell("systemctl stop podman-db; mv /srv/db /srv/db17");
  await runs("18");
  const { code, stdout } = await type("pgladder status db");
  assertEquals(code, 3, stdout);
  assertStringIncludes(
    flat(stdout),
    "its cluster is empty, and a cluster of 17",
  );
  const line = "pgladder upgrade db --to 18 --volume PATH";
  const told = flat(stdout).replace("PATH", "/srv/db17");
  const as = line.replace("PATH", "/srv/db17");
  assertStringIncludes(told, as);
  const up = await type(line, as);
  assertEquals(up.code, 0, up.stdout + up.stderr);
  await holds(18);
});

Deno.test("nothing on the page was left untyped", () => {
  // With libraries of their own: the spec of collations has them.
  const other = ["pgladder upgrade db --to TAG"];
  const left = [...linesOn()].filter((line) =>
    !typed.has(line) && !other.includes(line)
  );
  assertEquals(left, []);
});

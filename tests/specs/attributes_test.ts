import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { flat, Host, until } from "./host.ts";

/**
 * What the directory of the data has beside owner and mode, on btrfs: NOCOW,
 * which no clone may cross, SELinux's label, ACLs and other attributes. What
 * takes its place has the same.
 */

const NAME = "attributes";
const VOLUME = "/srv/btrfs/db";
const INNER = "/var/lib/postgresql/data";
const CONFIRM = ["--confirm", "db"];
const LABEL = "system_u:object_r:container_file_t:s0:c1,c2";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "btrfs");
});
Deno.test.afterAll(() => Host.lower(NAME));

const words = (tag: string) =>
  `--name db --restart=always -e POSTGRES_PASSWORD=rig-db ` +
  `-v ${VOLUME}:${INNER} docker.io/library/postgres:${tag}`;

/** A database in a directory that some lines of shell make. */
async function make(directory: string) {
  await host.shell(`podman rm -f -t 0 db db.before >/dev/null 2>&1 || true
    rm -rf ${VOLUME}*
    chattr -C /srv/btrfs
    ${directory}
    podman run -d ${words("15")} >/dev/null`);
  await serves("15");
  await sql("CREATE TABLE kept AS SELECT generate_series(1, 20000) AS n");
}

async function sql(query: string): Promise<string> {
  const psql = ["psql", "-U", "postgres", "-XAtqc", query];
  return (await host.ok("podman", "exec", "db", ...psql)).trim();
}

async function serves(version: string) {
  const ready = ["exec", "db", "pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${version} serves`,
    async () => (await host.exec("podman", ...ready)).code === 0,
  );
  assertEquals((await sql("SHOW server_version")).split(".")[0], version);
}

const pgladder = (...more: string[]) =>
  host.pgladder(...more, "--runtime", "podman");

/** "C" where files there are not copied on write. */
async function nocow(path: string): Promise<boolean> {
  const [flags = ""] = (await host.ok("lsattr", "-d", path)).split(" ");
  return flags.includes("C");
}

/** Owner and mode are another matter; a user may be unknown here. */
const acl = (path: string) =>
  host.shell(`cd ${path}; getfacl -cnp . | grep -v '^$'`);

const attributes = (path: string) =>
  host.shell(`cd ${path}; getfattr -d -m '^(security|user)' . | tail -n +2`);

async function plannedClone(): Promise<string> {
  const plan = await pgladder("plan", "db", "--to", "17");
  assertEquals(plan.code, 0, plan.stderr + plan.stdout);
  return /exchange +(yes; .*?)(?= (ok|note) )/.exec(flat(plan.stdout))?.[1] ??
    "";
}

const CLONED = "yes; the old files are cloned, not touched";
const IN_PLACE =
  "yes; no clones here: the old server starts once more on the old files";

async function up(method: string, downtime = async () => {}) {
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--yes", "--method", method],
    ...["--runtime", "podman"],
  );
  await climb.reaches("step-done close", { volume: VOLUME });
  await downtime();
  const asked = await climb.end();
  assertEquals(asked.code, 5, asked.stderr + asked.stdout);
  await host.shell(`podman rename db db.before; podman create ${words("17")}`);
  const done = await host.pgladder("resume", "db");
  assertEquals(done.code, 0, done.stderr + done.stdout);
  await serves("17");
  assertEquals(await sql("SELECT count(*) FROM kept"), "20000");
}

async function down() {
  const asked = await host.pgladder("rollback", "db", "--yes", ...CONFIRM);
  assertEquals(asked.code, 5, asked.stderr + asked.stdout);
  await host.shell(`podman rm db; podman rename db.before db`);
  const done = await host.pgladder("resume", "db", ...CONFIRM);
  assertEquals(done.code, 0, done.stderr + done.stdout);
  await serves("15");
  assertEquals(await sql("SELECT count(*) FROM kept"), "20000");
  const commit = await host.pgladder("commit", "db", ...CONFIRM);
  assertEquals(commit.code, 0, commit.stderr + commit.stdout);
}

Deno.test("+C on the data alone: cloned, rehearsed as it goes, and the new data have it", async () => {
  await make(`mkdir ${VOLUME}; chattr +C ${VOLUME}`);
  assertEquals(await nocow(`${VOLUME}/base`), true);
  assertEquals(await plannedClone(), CLONED);
  const rehearsed = await pgladder("rehearse", "db", "--to", "17");
  assertEquals(rehearsed.code, 0, rehearsed.stderr + rehearsed.stdout);
  await up("dump");
  assertEquals(
    [await nocow(VOLUME), await nocow(`${VOLUME}/base`)],
    [true, true],
  );
  await down();
  assertEquals(await nocow(VOLUME), true);
});

Deno.test("+C on the directory around it, later: cloned, and the new data do not have it", async () => {
  await make(`mkdir ${VOLUME}; chattr +C /srv/btrfs`);
  assertEquals(await plannedClone(), CLONED);
  await up("pg_upgrade");
  assertEquals(await nocow(`${VOLUME}/base`), false);
  await down();
});

Deno.test("+C on some of the files: plan says that nothing is cloned, and so it goes, by both methods", async () => {
  await make(`mkdir ${VOLUME}`);
  await host.shell(`chattr +C ${VOLUME}/base/*`);
  await sql("CREATE TABLE more AS SELECT generate_series(1, 20000) AS n");
  assertEquals(await plannedClone(), IN_PLACE);
  for (const method of ["dump", "pg_upgrade"]) {
    await up(method);
    assertEquals(await sql("SELECT count(*) FROM more"), "20000");
    await down();
  }
});

Deno.test("a kernel that clones in no other mount: plan says so, and so it goes", async () => {
  await make(`mkdir ${VOLUME}`);
  assertEquals(await plannedClone(), CLONED);
  // As cp(1) ends there: Invalid cross-device link.
  await host.shell(`printf '#!/bin/sh\\nexit 1\\n' >/usr/local/sbin/unshare
    chmod 755 /usr/local/sbin/unshare`);
  try {
    assertEquals(await plannedClone(), IN_PLACE);
    const rehearsed = await pgladder("rehearse", "db", "--to", "17");
    assertEquals(rehearsed.code, 0, rehearsed.stderr + rehearsed.stdout);
    await up("dump");
    await down();
  } finally {
    await host.shell("rm /usr/local/sbin/unshare");
  }
});

Deno.test("label, ACL and attributes are those of the old data, closed and served", async () => {
  await make(`mkdir ${VOLUME}; chown 999:999 ${VOLUME}
    setfattr -n user.backup -v weekly ${VOLUME}`);
  // Root is what a file system asks here: nothing enforces a label.
  await host.shell(`setfattr -n security.selinux -v '${LABEL}' ${VOLUME}
    setfacl -m u:4242:rx,d:u:4242:rx ${VOLUME}
    podman restart -t 60 db`);
  // The image's entrypoint sets the mode at each start, and so the ACL's mask.
  await serves("15");
  const before = [await attributes(VOLUME), await acl(VOLUME)];
  assertMatch(before[0] ?? "", /security\.selinux="system_u.*\nuser\.backup/);
  assertMatch(before[1] ?? "", /user:4242:r-x/);
  for (const method of ["dump", "pg_upgrade"]) {
    await up(method, async () => {
      // Whatever stands there while it is closed can be read by a container.
      assertStringIncludes(await attributes(VOLUME), LABEL);
    });
    assertEquals([await attributes(VOLUME), await acl(VOLUME)], before);
    await down();
    assertEquals([await attributes(VOLUME), await acl(VOLUME)], before);
  }
});

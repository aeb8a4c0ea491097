import { assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, type Output, until } from "./host.ts";

/**
 * Data below directories of other people's: of somebody who is root anyway,
 * by docker's group, and of somebody who is not.
 */

const NAME = "parents";
const INNER = "/var/lib/postgresql/data";
const CONFIRM = ["--confirm", "db"];
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17");
  await host.shell(`useradd -m -G docker alice; useradd -m bob
    install -d -m 777 /srv/share`);
});
Deno.test.afterAll(() => Host.lower(NAME));

const words = (volume: string, tag: string) =>
  `--name db --restart=always -e POSTGRES_PASSWORD=rig-db ` +
  `-v ${volume}:${INNER} docker.io/library/postgres:${tag}`;

async function make(parent: string, owner: string): Promise<string> {
  await host.shell(`docker rm -f db db.before >/dev/null 2>&1 || true
    install -d -o ${owner} -g ${owner} ${parent}
    docker run -d ${words(`${parent}/pgdata`, "15")} >/dev/null`);
  await serves("15");
  await sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
  return `${parent}/pgdata`;
}

async function sql(query: string): Promise<string> {
  const psql = ["psql", "-U", "postgres", "-XAtqc", query];
  return (await host.ok("docker", "exec", "db", ...psql)).trim();
}

async function serves(version: string) {
  const ready = ["exec", "db", "pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${version} serves`,
    async () => (await host.exec("docker", ...ready)).code === 0,
  );
  assertEquals((await sql("SHOW server_version")).split(".")[0], version);
}

function checkCode({ code, stderr, stdout }: Output, wanted: number) {
  assertEquals(code, wanted, stderr + stdout);
}

/** Up with a kill in the dump, and back; nothing more is ever said of it. */
async function upAndBack(volume: string, ...more: string[]) {
  const climb = host.begin("upgrade", "db", "--to", "17", "--yes", ...more);
  await climb.reaches("step-started dump", { volume });
  await climb.kill();
  checkCode(await host.pgladder("status", "db"), 0);
  checkCode(await host.pgladder("resume", "db"), 5);
  await host.shell(`docker rename db db.before
    docker create ${words(volume, "17")}`);
  checkCode(await host.pgladder("resume", "db"), 0);
  await serves("17");
  assertEquals(await sql("SELECT count(*) FROM kept"), "1000");
  checkCode(await host.pgladder("report", "db"), 0);
  checkCode(await host.pgladder("rollback", "db", ...CONFIRM), 5);
  await host.shell("docker rm db; docker rename db.before db");
  checkCode(await host.pgladder("resume", "db", ...CONFIRM), 0);
  await serves("15");
  assertEquals(await sql("SELECT count(*) FROM kept"), "1000");
  checkCode(await host.pgladder("commit", "db", ...CONFIRM), 0);
}

Deno.test("below the directory of somebody who is root by docker's group: told, and it upgrades", async () => {
  const volume = await make("/opt/stacks/alice", "alice");
  const plan = await host.pgladder("plan", "db", "--to", "17");
  checkCode(plan, 0);
  assertStringIncludes(
    flat(plan.stdout),
    `"${volume}" on xfs; "/opt/stacks/alice" is alice's, who is root by the group docker anyway → See that nobody moves`,
  );
  await upAndBack(volume);
});

for (
  const [parent, owner, mode] of [
    ["/opt/stacks/bob", "bob", "755"],
    ["/srv/share/stack", "root", "777"],
  ] as const
) {
  Deno.test(`below ${parent} of ${owner}'s, ${mode}: refused, until the operator trusts it, once`, async () => {
    const volume = await make(parent, owner);
    await host.shell(`chmod ${mode} ${parent}`);
    const before = host.list(parent);
    const refused = await host.pgladder("upgrade", "db", "--to", "17", "--yes");
    checkCode(refused, 3);
    assertStringIncludes(
      flat(refused.stdout + refused.stderr),
      `"${parent}" can be changed by others than root → Mount the directory by its real path, below directories that only root may change. If you trust whoever`,
    );
    assertEquals(host.list(parent), before);
    await upAndBack(volume, "--trust-parents");
  });
}

Deno.test("another run's directory that was moved there is not believed", async () => {
  const volume = await make("/opt/stacks/bobs-other", "bob");
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--yes", "--trust-parents"],
  );
  await climb.reaches("step-started dump", { volume });
  await climb.kill();
  const state = `${volume}.pgladder`;
  await host.shell(`mv ${state} ${state}.own
    cp -a ${state}.own ${state}`);
  for (const command of ["status", "resume", "rollback"]) {
    const { code, stderr } = await host.pgladder(
      command,
      "db",
      ...(
        command === "status" ? [] : CONFIRM
      ),
    );
    assertEquals(code, 8, stderr);
    assertStringIncludes(stderr, "is not the directory that the run");
  }
  await host.shell(`rm -rf ${state}; mv ${state}.own ${state}`);
  checkCode(await host.pgladder("rollback", "db", ...CONFIRM), 0);
  await serves("15");
  assertEquals(await sql("SELECT count(*) FROM kept"), "1000");
});

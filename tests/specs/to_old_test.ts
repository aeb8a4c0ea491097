import { assertEquals, assertStringIncludes } from "@std/assert";
import { Host, until } from "./host.ts";

/**
 * Back to the old version, of a container that a person makes: what is printed
 * is typed as it stands there, once.
 */

const NAME = "to-old";
const OLD = "/var/lib/postgresql/data";
const POSTGRES = "docker.io/library/postgres";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "xfs", "--size", "4G");
  await host.rig("docker", host.name, "15", "17", "18");
});
Deno.test.afterAll(() => Host.lower(NAME));

const psql = (name: string, sql: string) =>
  host.exec("docker", "exec", name, "psql", "-U", "postgres", "-XAtqc", sql);

/** The temporary server of an initialisation has no such address. */
async function serves(name: string) {
  const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${name} serves`,
    async () => (await host.exec("docker", "exec", name, ...ready)).code === 0,
  );
}

async function holds(name: string, major: number) {
  await serves(name);
  const { stdout } = await psql(
    name,
    "select count(*), current_setting('server_version_num')::int / 10000 from rows",
  );
  assertEquals(stdout.trim(), `1000|${major}`);
}

const status = (name: string) => host.exec("pgladder", "status", name);

/** Data of 15 under a container of 17. */
async function moved(name: string, volume: string) {
  const run = (image: number) =>
    host.ok(
      ...["docker", "run", "-d", "--restart", "always", "--name", name],
      ...["-e", "POSTGRES_PASSWORD=x", "-v", `${volume}:${OLD}`],
      `${POSTGRES}:${image}`,
    );
  await host.shell(`mkdir -p ${volume}`);
  await run(15);
  await serves(name);
  await psql(name, "create table rows as select generate_series(1, 1000) id");
  await host.shell(`docker stop ${name}; docker rm ${name}`);
  await run(17);
  await until(
    `${name} restarts`,
    async () => (await status(name)).stdout.includes("restarts for ever"),
  );
}

Deno.test("docker run: back to the old version by one container, which resume remembers", async () => {
  const name = "once";
  await moved(name, "/srv/xfs/once");
  const typed = ({ stderr }: { stderr: string }) => {
    const lines = stderr.split("\n").map((line) => line.trim());
    const end = lines.findIndex((line) => /^(where|do not) /.test(line));
    const shell = /^([A-Z_]+=\S.* )?docker (rename|create|rm) /;
    return host.shell(
      lines.slice(0, end).filter((it) => shell.test(it)).join("\n"),
    );
  };
  const up = await host.pgladder("upgrade", name, "--to", "18", "--yes");
  assertEquals(up.code, 5, up.stderr);
  await typed(up);
  await host.ok("pgladder", "resume", name);
  await holds(name, 18);
  const words = ["--to-old", "--yes", "--confirm", name];
  const back = await host.pgladder("rollback", name, ...words);
  assertEquals(back.code, 5, back.stderr);
  assertStringIncludes(back.stderr, `${POSTGRES}:18 → ${POSTGRES}:15`);
  assertStringIncludes(back.stdout, `pgladder rollback ${name} --to-old`);
  await typed(back);
  await host.ok("pgladder", "resume", name, "--confirm", name);
  await holds(name, 15);
  const { stdout } = await status(name);
  assertEquals(stdout.includes("--to-old"), false, stdout);
  await host.ok("docker", "rm", "-f", name);
});

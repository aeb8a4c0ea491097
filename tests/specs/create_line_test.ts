import { assertEquals, assertStringIncludes } from "@std/assert";
import { Host, type Output, until } from "./host.ts";

/**
 * A container of plain `run`, with all that nobody remembers: what exit 5 says
 * is typed as it stands there, and makes the same container again.
 */

const NAME = "create-line";
const CONFIRM = ["--confirm", "db"];
const INNER = "/var/lib/postgresql/data";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17", "18");
});
Deno.test.afterAll(() => Host.lower(NAME));

type Runtime = "docker" | "podman";

const PASSWORD = `a b'c\\$d`;

/** What both know, and what docker alone does here. */
const given = (runtime: Runtime) =>
  [
    "--name db --restart unless-stopped --network netx --network-alias mail-db",
    `-e POSTGRES_PASSWORD="${PASSWORD}" -e TZ=Europe/Berlin`,
    `-v /srv/${runtime}:${INNER} -v sock:/srv/sock`,
    "-p 127.0.0.1:5444:5432 --shm-size 256m --ulimit nofile=2048:4096",
    "--label a.b='x y' --add-host h1:10.9.9.9 --cap-add NET_ADMIN",
    "--health-cmd 'pg_isready -U postgres || exit 1' --health-interval 5s",
    ...runtime === "docker"
      ? [
        // Podman's is in a package of its own, which the rig has not.
        "--init --hostname dbhost --stop-timeout 77 --log-driver local --log-opt max-size=5m --tmpfs /scratch:size=64m",
      ]
      : [],
    "docker.io/library/postgres:15",
    `postgres -c max_connections=55 -c "log_line_prefix=%m [%p] "`,
  ].join(" ");

async function make(runtime: Runtime) {
  const other = runtime === "docker" ? "podman" : "docker";
  await host.shell(`${other} rm -f db db.before >/dev/null 2>&1 || true
    ${runtime} network create netx; ${runtime} network create nety
    mkdir -p /srv/${runtime}
    ${runtime} run -d ${given(runtime)}
    ${
    runtime === "docker" ? "docker network connect --alias y2 nety db" : ""
  }`);
  await serves(runtime, "15");
}

async function serves(runtime: Runtime, version: string) {
  const psql = [runtime, "exec", "db", "psql", "-U", "postgres", "-XAtqc"];
  // The server that initialises a cluster listens on no address.
  const ready = [runtime, "exec", "db", "pg_isready", "-qh", "127.0.0.1"];
  await until(`${version} serves`, async () => {
    if ((await host.exec(...ready)).code !== 0) return false;
    const shown = await host.exec(...psql, "SHOW server_version");
    return shown.stdout.startsWith(version);
  });
  assertEquals(
    (await host.ok(...psql, "SHOW max_connections")).trim(),
    "55",
  );
}

/** What was given, without what every container has of its own. */
async function described(runtime: Runtime): Promise<unknown> {
  const text = await host.ok(runtime, "container", "inspect", "db");
  const [found] = JSON.parse(text);
  const { Config, HostConfig, NetworkSettings } = found;
  const networks = Object.entries<{ Aliases?: string[] }>(
    NetworkSettings.Networks,
  ).map(([name, { Aliases }]) => [
    name,
    (Aliases ?? []).filter((it) => !found.Id.startsWith(it)).sort(),
  ]);
  const isOfImage = (it: string) =>
    /^(PATH|PG|GOSU|LANG|HOME|HOSTNAME)/.test(it);
  return {
    networks: networks.sort(),
    host: {
      ...HostConfig,
      ContainerIDFile: "",
      Annotations: "",
      // Docker itself tells its mounts in no order.
      Binds: (HostConfig.Binds ?? []).toSorted(),
    },
    env: Config.Env.filter((it: string) => !isOfImage(it)).sort(),
    labels: Config.Labels,
    command: Config.Cmd,
    health: Config.Healthcheck,
    hostname: runtime === "docker" ? Config.Hostname : "",
    stop: runtime === "docker" ? [Config.StopSignal, Config.StopTimeout] : [],
  };
}

/** The lines of shell in what it asks, from one to the next other words. */
function linesIn({ stderr }: Output, from: RegExp): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => from.test(line));
  const end = lines.findIndex((line, index) =>
    index > at && /^(do not start|where )/.test(line)
  );
  return lines.slice(at, end).join("\n");
}

function checkCode(output: Output, code: number) {
  assertEquals(output.code, code, output.stderr + output.stdout);
}

for (const runtime of ["docker", "podman"] as const) {
  Deno.test(`${runtime}: typed as it stands there, it is the same container up, and back where the old one is gone`, async () => {
    await make(runtime);
    const before = await described(runtime);
    const up = ["upgrade", "db", "--to", "17", "--yes", "--runtime", runtime];
    const asked = await host.pgladder(...up);
    checkCode(asked, 5);
    assertEquals(asked.stderr.includes("a b'c"), false);
    const lines = linesIn(asked, / rename db db\.before$/);
    assertStringIncludes(lines, `${runtime} create `);
    assertEquals(lines.includes("…"), false, lines);
    await host.shell(lines);
    checkCode(await host.pgladder("resume", "db"), 0);
    await serves(runtime, "17");
    assertEquals(await described(runtime), before);

    // The old one was pruned.
    await host.shell(`${runtime} rm db.before`);
    const back = await host.pgladder("rollback", "db", ...CONFIRM);
    checkCode(back, 5);
    await host.shell(linesIn(back, / rename db db\.after$/));
    checkCode(await host.pgladder("resume", "db", ...CONFIRM), 0);
    await serves(runtime, "15");
    assertEquals(await described(runtime), before);
    checkCode(await host.pgladder("commit", "db", ...CONFIRM), 0);
    const journals = await host.shell(
      `grep -rlF "a b'c" /srv/${runtime}.pgladder || true`,
    );
    assertEquals(journals, "");
  });

  Deno.test(`${runtime}: the mount moves in that line, to 18`, async () => {
    const up = ["upgrade", "db", "--to", "18", "--yes", "--runtime", runtime];
    const asked = await host.pgladder(...up);
    checkCode(asked, 5);
    await host.shell(linesIn(asked, / rename db db\.before$/));
    checkCode(await host.pgladder("resume", "db"), 0);
    await serves(runtime, "18");
    checkCode(await host.pgladder("commit", "db", ...CONFIRM), 0);
    await host.shell(`${runtime} rm -f db; ${runtime} rm -f db.before`);
  });
}

Deno.test("docker: one that was removed meanwhile is made by what is printed then", async () => {
  // What the tests before have left.
  await host.shell(
    "docker network rm netx nety >/dev/null 2>&1 || true; rm -rf /srv/docker /srv/docker.*",
  );
  await make("docker");
  const words = ["upgrade", "db", "--to", "17", "--yes", "--runtime", "docker"];
  checkCode(await host.pgladder(...words), 5);
  await host.shell("docker rm -f db");
  const up = await host.pgladder("resume", "db");
  checkCode(up, 5);
  await host.shell(linesIn(up, /^docker create /));
  checkCode(await host.pgladder("resume", "db"), 0);
  await serves("docker", "17");
  await host.shell("docker rm -f db");
  const back = await host.pgladder("rollback", "db", ...CONFIRM);
  checkCode(back, 5);
  await host.shell(linesIn(back, /^docker create /));
  checkCode(await host.pgladder("resume", "db", ...CONFIRM), 0);
  await serves("docker", "15");
  checkCode(await host.pgladder("commit", "db", ...CONFIRM), 0);

  const climb = host.begin(...words);
  await climb.reaches("step-started dump", { volume: "/srv/docker" });
  await climb.kill();
  await host.shell("docker rm -f db");
  const down = await host.pgladder("rollback", "db", "--yes");
  checkCode(down, 5);
  assertStringIncludes(down.stderr, "There is no container");
  const made = down.stderr.split("\n").map((line) => line.trim())
    .filter((line) => /^docker (create|network connect) /.test(line));
  await host.shell(made.join("\n"));
  checkCode(await host.pgladder("resume", "db"), 0);
  await serves("docker", "15");
  await host.shell("docker rm -f db");
});

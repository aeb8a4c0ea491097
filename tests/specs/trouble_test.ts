import type { Diagnosis } from "./diagnosis.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, sleep, until } from "./host.ts";

/**
 * A pull has moved the tag: the image is 17, the data are of 15. `status` says
 * so wherever the container comes from and changes no byte, and what it has a
 * person do brings the rows back.
 */

const NAME = "trouble";
const OLD = "/var/lib/postgresql/data";
const POSTGRES = "docker.io/library/postgres";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17", "18");
});
Deno.test.afterAll(() => Host.lower(NAME));

/** Text and JSON say the same, unless it has changed between the two. */
async function told(
  name: string,
  exit: number,
  directory = "/",
): Promise<Diagnosis> {
  const inside = `cd ${directory}; exec pgladder status ${name}`;
  for (let tries = 1;; tries++) {
    const text = await host.exec("bash", "-c", inside);
    const json = await host.exec("bash", "-c", `${inside} --json`);
    const found: Diagnosis = JSON.parse(json.stdout || "{}");
    const [doing = ""] = found.words?.split(":") ?? [];
    if (
      (text.code !== exit || json.code !== exit ||
        !flat(text.stdout).includes(doing)) && tries < 5
    ) continue;
    const said = text.stdout + text.stderr + json.stdout;
    assertEquals([text.code, json.code], [exit, exit], said);
    assertEquals(found.well, exit === 0);
    assertStringIncludes(flat(text.stdout), doing);
    return found;
  }
}

const psql = (runtime: string, name: string, sql: string) =>
  host.ok(runtime, "exec", name, "psql", "-U", "postgres", "-XAtqc", sql);

async function serves(runtime: string, name: string) {
  const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${name} serves`,
    async () => (await host.exec(runtime, "exec", name, ...ready)).code === 0,
  );
}

async function filled(runtime: string, name: string) {
  await serves(runtime, name);
  await psql(
    runtime,
    name,
    "create table rows as select generate_series(1, 1000) as id",
  );
}

const rowsIn = async (runtime: string, name: string) =>
  (await psql(runtime, name, "select count(*) from rows")).trim();

/** As it stands there; pgladder's question is answered. */
const type = (command: string, directory: string) =>
  host.shell(
    `cd ${directory}; ${command}${
      command.startsWith("pgladder ") ? " --yes" : " 2>&1"
    }`,
  );

/** What is told, and that it changes nothing; then it is done. */
async function namedAndMended(
  { directory = "/", name, runtime, volume, write }: {
    readonly name: string;
    readonly runtime: string;
    readonly volume: string;
    readonly directory?: string;
    /** Writes the version where the remedy says. */
    readonly write: (major: number) => Promise<unknown>;
  },
) {
  const before = await host.tree(volume);
  const { findings, words } = await told(name, 3, directory);
  assertEquals(await host.tree(volume), before);
  assertStringIncludes(words, "is PostgreSQL 17, its data are of 15");
  const [finding] = findings;
  assertEquals(finding?.code, "image-newer");
  const remedy = finding?.remedy.join(" ") ?? "";
  assertStringIncludes(remedy, `${POSTGRES}:15 instead of ${POSTGRES}:17`);
  assertStringIncludes(remedy, `pgladder upgrade ${name} --to 17`);
  const byHand = !finding?.type.at(-1)?.startsWith("pgladder ");
  if (byHand) await write(15);
  for (const command of finding?.type ?? []) {
    await type(command, directory);
  }
  await serves(runtime, name);
  assertEquals(await rowsIn(runtime, name), "1000");
  if (!byHand) {
    // And back to what was found, of which no byte is another.
    await host.ok("pgladder", "rollback", name, "--yes");
    const again = await told(name, 3, directory);
    assertStringIncludes(again.words, "is PostgreSQL 17, its data are of 15");
    for (const command of finding?.type ?? []) await type(command, directory);
    await host.ok("pgladder", "commit", name, "--confirm", name);
    assertEquals(await rowsIn(runtime, name), "1000");
  }
  assertEquals((await told(name, 0, directory)).doing, "serves");
}

Deno.test("compose: it restarts, is stopped, and is gone with its project", async () => {
  const name = "shop-db-1";
  const write = (major: number) =>
    host.shell(`mkdir -p /srv/shop; cat >/srv/shop/compose.yaml <<'END'
services:
  db:
    image: ${POSTGRES}:${major}
    restart: always
    volumes: ["./pgdata:${OLD}"]
    environment: {POSTGRES_PASSWORD: x}
END`);
  const compose = (...words: string[]) =>
    host.shell(`cd /srv/shop; docker compose ${words.join(" ")} 2>&1`);
  const common = { name, runtime: "docker", volume: "/srv/shop/pgdata", write };
  await write(15);
  await compose("up", "-d");
  await filled("docker", name);
  assertEquals((await told(name, 0)).made_by?.kind, "project");
  await write(17);
  // What serves now would not at its next start.
  assertStringIncludes((await told(name, 3)).words, "at its next start");
  await compose("up", "-d");
  await until(
    "it restarts for ever",
    async () => (await told(name, 3)).doing === "restarts",
  );
  await compose("stop");
  await namedAndMended(common);
  await write(17);
  await compose("down");
  const elsewhere = await host.pgladder("status", name);
  assertEquals(elsewhere.code, 3);
  assertStringIncludes(
    elsewhere.stderr,
    "in the directory of its compose file",
  );
  await namedAndMended({ ...common, directory: "/srv/shop" });
  await compose("down");
});

Deno.test("a unit of podman: it fails again and again, and is stopped", async () => {
  await host.rig("db", host.name, "unit", "--tag", "15");
  await filled("podman", "unit");
  const write = (major: number) =>
    host.shell(`sed -i 's|postgres:1[57]|postgres:${major}|' \\
      /etc/systemd/system/podman-unit.service`);
  await write(17);
  await host.shell(
    "systemctl daemon-reload; systemctl restart podman-unit || :",
  );
  await until(
    "it fails",
    async () => (await told("unit", 3)).doing !== "serves",
  );
  await host.shell("systemctl stop podman-unit; systemctl reset-failed");
  await namedAndMended({
    name: "unit",
    runtime: "podman",
    volume: "/srv/unit",
    write,
  });
  await host.shell("systemctl disable --now podman-unit");
});

Deno.test("a Quadlet: it fails again and again", async () => {
  const file = "/etc/containers/systemd/quad.container";
  const write = (major: number) =>
    host.shell(`mkdir -p /etc/containers/systemd /srv/quad; cat >${file} <<'END'
[Container]
ContainerName=quad
Image=${POSTGRES}:${major}
Volume=/srv/quad:${OLD}
Environment=POSTGRES_PASSWORD=x
[Service]
Restart=always
RestartSec=2
END`);
  await write(15);
  await host.shell("systemctl daemon-reload; systemctl start quad");
  await filled("podman", "quad");
  await write(17);
  await host.shell("systemctl daemon-reload; systemctl restart quad || :");
  await sleep(3000);
  const { "made_by": by, words } = await told("quad", 3);
  assertEquals(by?.kind, "quadlet");
  assertStringIncludes(words, "is PostgreSQL 17, its data are of 15");
  await host.shell("systemctl stop quad; systemctl reset-failed");
  await namedAndMended({
    name: "quad",
    runtime: "podman",
    volume: "/srv/quad",
    write,
  });
  await host.shell(`systemctl stop quad; rm ${file}; systemctl daemon-reload`);
});

Deno.test("docker run: 18 with the mount of 17 refuses, and it is told where the data are", async () => {
  const run = (image: number) =>
    host.ok(
      ...["docker", "run", "-d", "--restart", "always", "--name", "moved"],
      ...["-e", "POSTGRES_PASSWORD=x", "-v", `moved:${OLD}`],
      `${POSTGRES}:${image}`,
    );
  await run(17);
  await filled("docker", "moved");
  await host.ok("docker", "rm", "-f", "moved");
  await run(18);
  await sleep(2000);
  const { findings } = await told("moved", 3);
  assertEquals(findings[0]?.code, "looks-elsewhere");
  const remedy = findings[0]?.remedy.join(" ") ?? "";
  assert(remedy.includes(`${POSTGRES}:17 instead of ${POSTGRES}:18`), remedy);
  await host.ok("docker", "rm", "-f", "moved");
  await run(17);
  await serves("docker", "moved");
  assertEquals(await rowsIn("docker", "moved"), "1000");
  await host.ok("docker", "rm", "-f", "moved");
});

Deno.test("podman run: another container serves the data, and nobody is sent to start a second server", async () => {
  const run = (name: string, image: number) =>
    host.ok(
      ...["podman", "run", "-d", "--restart", "always", "--name", name],
      ...["-e", "POSTGRES_PASSWORD=x", "-v", `/srv/both:${OLD}`],
      `${POSTGRES}:${image}`,
    );
  await host.shell("mkdir -p /srv/both");
  await run("first", 15);
  await filled("podman", "first");
  await run("second", 17);
  await sleep(2000);
  const { findings: [found], next, words } = await told("second", 3);
  assertEquals([found?.code, next], [
    "in-use-elsewhere",
    ["pgladder status first"],
  ]);
  assert(
    /in use by process \d+ \("postgres"\) in container "first"/.test(words),
  );
  const said = found?.remedy.join(" ") ?? "";
  assert(!/Make "second"|pgladder upgrade/.test(said), said);
  for (const verb of ["plan", "upgrade"]) {
    const { code, stderr } = await host.pgladder(verb, "second", "--to", "17");
    assertEquals(code, 3, stderr);
    assertStringIncludes(stderr, 'in container "first"');
  }
  // What fails beside it would start on what an upgrade makes.
  const beside = await told("first", 3);
  assertEquals([beside.doing, beside.findings[0]?.code], ["serves", "shared"]);
  const planned = await host.pgladder("plan", "first", "--to", "17");
  assertEquals(planned.code, 3);
  assertStringIncludes(planned.stderr, '"second"');
  await host.shell(beside.next.join("; "));
  // One that nothing starts is named, and refuses nothing.
  assertEquals((await told("first", 0)).findings[0]?.code, "shared");
  assertEquals((await host.pgladder("plan", "first", "--to", "17")).code, 0);
  assertEquals(await rowsIn("podman", "first"), "1000");
  // Of the same version there are two servers at once.
  await host.ok("podman", "rm", "-f", "second");
  await run("second", 15);
  await sleep(2000);
  assertEquals((await told("first", 3)).findings[0]?.code, "in-use-elsewhere");
  assertEquals((await host.pgladder("plan", "first", "--to", "17")).code, 3);
  await host.ok("podman", "rm", "-f", "first", "second");
});

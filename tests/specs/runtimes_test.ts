import { assertEquals, assertStringIncludes } from "@std/assert";
import { Host, type Output, until } from "./host.ts";
import { readJournal } from "./journal.ts";

/**
 * A host with podman and docker, and a container "db" in each: no command
 * touches the other one's, and none has to be told twice which is meant.
 */

const NAME = "runtimes";
const CONFIRM = ["--confirm", "db"];
const RUNTIMES = ["podman", "docker"] as const;
type Runtime = typeof RUNTIMES[number];
const INNER = "/var/lib/postgresql/data";
let host: Host;

const words = (runtime: Runtime, tag: string) =>
  `--name db --restart=always -e POSTGRES_PASSWORD=rig-db ` +
  `-v /srv/${runtime}:${INNER} docker.io/library/postgres:${tag}`;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17", "18");
  for (const runtime of RUNTIMES) {
    await host.shell(`mkdir -p /srv/${runtime}
      ${runtime} run -d ${words(runtime, "15")}`);
    await serves(runtime, "15");
  }
  await host.save("both");
});
Deno.test.afterAll(() => Host.lower(NAME));

async function serves(runtime: Runtime, version: string) {
  const ready = ["exec", "db", "pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${version} serves in ${runtime}`,
    async () => (await host.exec(runtime, ...ready)).code === 0,
  );
  const shown = await host.ok(
    ...[runtime, "exec", "db", "psql", "-U", "postgres", "-XAtqc"],
    "SHOW server_version",
  );
  assertEquals(shown.split(".")[0], version);
}

/** Everything that a runtime has: containers as they are, images, volumes. */
async function inventory(runtime: Runtime): Promise<string> {
  return await host.shell(`
    ${runtime} ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.Image}} {{.State}}'
    ${runtime} inspect --format '{{.State.Pid}} {{.HostConfig.RestartPolicy.Name}}' db
    ${runtime} images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | sort
    ${runtime} volume ls -q`);
}

/** What is printed behind "Next:", as a shell would take it. */
function nextOf({ stderr, stdout }: Output): string[] {
  const found = /^Next: +pgladder (.+)$/m.exec(stdout + stderr)?.[1];
  if (found === undefined) throw new Error(`Nothing next: ${stdout}${stderr}`);
  return found.split(" ").slice(0, 2);
}

for (const mine of RUNTIMES) {
  const other = mine === "podman" ? "docker" : "podman";
  Deno.test(`${mine}: up, interrupted, back and committed, ${other}'s is untouched`, async () => {
    await host.restore("both");
    await host.shell("docker info >/dev/null; podman start db >/dev/null");
    for (const runtime of RUNTIMES) await serves(runtime, "15");
    const before = await inventory(other);
    const untouched = async (output: Output, code: number) => {
      assertEquals(output.code, code, output.stderr + output.stdout);
      assertEquals(await inventory(other), before);
      return output;
    };
    for (const command of ["plan", "rehearse", "upgrade"]) {
      const { stderr } = await untouched(
        await host.pgladder(command, "db", "--to", "17"),
        2,
      );
      assertStringIncludes(
        stderr,
        'Cannot tell which "db" is meant: podman has one, which runs; docker has one, which runs',
      );
      assertStringIncludes(
        stderr,
        `pgladder ${command} db --to 17 --runtime podman, or ` +
          `pgladder ${command} db --to 17 --runtime docker`,
      );
    }
    const chosen = ["--to", "17", "--runtime", mine];
    await untouched(await host.pgladder("plan", "db", ...chosen), 0);

    const climb = host.begin("upgrade", "db", ...chosen, "--yes");
    await climb.reaches("step-started dump", { volume: `/srv/${mine}` });
    await climb.kill();
    const status = await untouched(await host.pgladder("status", "db"), 0);
    const asks = await untouched(await host.pgladder(...nextOf(status)), 5);
    await untouched(await host.pgladder("report", "db"), 0);
    await untouched(
      await host.pgladder("bundle", "db", "--output", "/tmp/b.tar"),
      0,
    );
    await host.shell("rm /tmp/b.tar");
    // The other one's, which has no run, is planned as before.
    await untouched(
      await host.pgladder("plan", "db", "--to", "17", "--runtime", other),
      0,
    );
    await untouched(
      await host.pgladder("commit", ...CONFIRM, "--runtime", other),
      3,
    );

    await host.shell(`${mine} rename db db.before
      ${mine} create ${words(mine, "17")}`);
    await untouched(await host.pgladder(...nextOf(asks)), 0);
    await serves(mine, "17");
    assertEquals(readJournal(host, `/srv/${mine}`).length > 0, true);

    await untouched(await host.pgladder("rollback", "db"), 3);
    const back = await untouched(
      await host.pgladder("rollback", "db", ...CONFIRM),
      5,
    );
    await host.shell(`${mine} rm db; ${mine} rename db.before db`);
    await untouched(await host.pgladder(...nextOf(back), ...CONFIRM), 0);
    await serves(mine, "15");
    await untouched(await host.pgladder("commit", "db", ...CONFIRM), 0);
    const left = await host.ok(mine, "ps", "-a", "--format", "{{.Names}}");
    assertEquals(left.trim(), "db");
    const images = await host.ok(mine, "images", "--format", "{{.Repository}}");
    assertEquals(images.includes("pgladder"), false, images);
    await serves(other, "15");
  });

  Deno.test(`only ${mine} has one: nobody need say so`, async () => {
    await host.restore("both");
    await host.shell(
      `docker info >/dev/null; ${other} rm -f db; ${mine} start db`,
    );
    await serves(mine, "15");
    const plan = await host.pgladder("plan", "db", "--to", "17");
    assertEquals(plan.code, 0, plan.stderr + plan.stdout);
  });
}

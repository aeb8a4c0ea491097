import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, type Output, until } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";

/**
 * Containers that no unit starts: the runtime does, by their restart policy.
 * They are stopped, made again by a person or a program, and started again; a
 * rollback starts the very container that was there before.
 */

const NAME = "specs-alone";
const CONFIRM = ["--confirm", "db"];
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17", "18");
  await host.ok("systemctl", "enable", "--quiet", "podman-restart.service");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const INNER = "/var/lib/postgresql";

/** Everything but what an upgrade changes. */
const words = (tag: string, inner: string, policy = "always") =>
  `--name db --restart=${policy} -e POSTGRES_PASSWORD=rig-db --shm-size=96m ` +
  `-v /srv/db:${inner} docker.io/library/postgres:${tag} -c max_connections=37`;

class Alone {
  constructor(readonly runtime: "podman" | "docker") {}

  /** A database of its own, with rows. */
  async make(policy: string) {
    await host.restore("bare");
    if (this.runtime === "docker") await host.shell("docker info >/dev/null");
    await host.shell(`mkdir -p /srv/db
      ${this.runtime} run -d ${words("15", `${INNER}/data`, policy)}`);
    await this.serves("15");
    await this.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
  }

  async sql(query: string): Promise<string> {
    return (await host.ok(
      ...[this.runtime, "exec", "db", "psql", "-U", "postgres", "-XAtqc"],
      query,
    )).trim();
  }

  /** Over TCP, which no server of an initialisation listens to. */
  async serves(version: string) {
    const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
    await until(`${version} serves`, async () => {
      const { code } = await host.exec(this.runtime, "exec", "db", ...ready);
      return code === 0;
    });
    assertEquals(
      (await this.sql("SHOW server_version")).split(".")[0],
      version,
    );
  }

  async checkServes(version: string) {
    await this.serves(version);
    assertEquals(await this.sql("SELECT count(*) FROM kept"), "1000");
    assertEquals(await this.sql("SHOW max_connections"), "37");
  }

  async inspect(format: string): Promise<string> {
    const { stdout } = await host.exec(
      ...[this.runtime, "container", "inspect", "--format", format, "db"],
    );
    return stdout.trim();
  }

  policy(): Promise<string> {
    const { Name, MaximumRetryCount } = {
      Name: ".HostConfig.RestartPolicy.Name",
      MaximumRetryCount: ".HostConfig.RestartPolicy.MaximumRetryCount",
    };
    return this.inspect(`{{${Name}}} {{${MaximumRetryCount}}}`);
  }

  pgladder(...more: string[]): Promise<Output> {
    return host.pgladder(...more, "--runtime", this.runtime);
  }

  /** What pgladder says to type for the way up. */
  remake(tag: string, inner: string, policy?: string) {
    return host.shell(`${this.runtime} rename db db.before
      ${this.runtime} create ${words(tag, inner, policy)}`);
  }

  /** And for the way back. */
  putBack() {
    return host.shell(
      `${this.runtime} rm db; ${this.runtime} rename db.before db`,
    );
  }
}

function checkAsks(output: Output, lines: readonly string[]) {
  assertEquals(output.code, 5, output.stderr + output.stdout);
  assertStringIncludes(output.stderr, lines.join("\n  "));
}

const asksFor = (
  from: string,
  to: string,
  inner: readonly [string, string],
) => [
  'pgladder: Make the container "db" again, unchanged except for:',
  `the image: docker.io/library/postgres:${from} → docker.io/library/postgres:${to}`,
  ...(inner[0] === inner[1]
    ? []
    : [`the volume: /srv/db:${inner[0]} → /srv/db:${inner[1]}`]),
];

for (const runtime of ["docker", "podman"] as const) {
  Deno.test(`${runtime} run --restart=always, to 18 by hand: a power cut in the middle, and back`, async () => {
    const unmanaged = new Alone(runtime);
    await unmanaged.make("always");
    const id = await unmanaged.inspect("{{.Id}}");
    const climb = host.begin(
      ...["upgrade", "db", "--to", "18", "--yes", "--runtime", runtime],
    );
    await climb.reaches("step-started dump");
    await host.cutPower();
    await climb.end();
    await host.boot();
    // It stays closed over the boot, whatever its policy was.
    assertEquals(await unmanaged.policy(), "no 0");
    assert(["exited"].includes(await unmanaged.inspect("{{.State.Status}}")));

    const up = asksFor("15", "18", [`${INNER}/data`, INNER]);
    checkAsks(await unmanaged.pgladder("resume", "db"), up);
    checkAsks(await unmanaged.pgladder("resume", "db"), up);
    await unmanaged.remake("18", INNER);
    const done = await unmanaged.pgladder("resume", "db");
    assertEquals(done.code, 0, done.stderr + done.stdout);
    await unmanaged.checkServes("18");
    assertEquals(await unmanaged.policy(), "always 0");
    const built = wordsOf(readJournal(host, "/srv/db"));
    assertEquals(built.filter((word) => word === "step-done build").length, 1);

    // And the runtime starts it by itself.
    await host.cutPower();
    await host.boot();
    await unmanaged.checkServes("18");

    const down = asksFor("18", "15", [INNER, `${INNER}/data`]);
    const turned = await unmanaged.pgladder(
      "rollback",
      "db",
      "--yes",
      ...CONFIRM,
    );
    checkAsks(turned, down);
    await unmanaged.putBack();
    const back = await unmanaged.pgladder("resume", "db", ...CONFIRM);
    assertEquals(back.code, 0, back.stderr + back.stdout);
    await unmanaged.checkServes("15");
    assertEquals(await unmanaged.inspect("{{.Id}}"), id);
    assertEquals(await unmanaged.policy(), "always 0");
    const left = await host.ok(runtime, "ps", "-a", "--format", "{{.Names}}");
    assertEquals(left.trim(), "db");
  });
}

const CHANGE = (runtime: string) =>
  `#!/bin/bash
case $PGLADDER_DIRECTION in
apply) ${runtime} rename db db.before
  ${runtime} create ${words("17", `${INNER}/data`, "on-failure:4")} ;;
undo) ${runtime} rm db; ${runtime} rename db.before db ;;
esac
echo "unit: <$PGLADDER_UNIT>"
`;

for (const runtime of ["docker", "podman"] as const) {
  Deno.test(`${runtime} run --restart=on-failure:4, to 17 by a command, and back`, async () => {
    const unmanaged = new Alone(runtime);
    await unmanaged.make("on-failure:4");
    const id = await unmanaged.inspect("{{.Id}}");
    await host.shell(`cat >/usr/local/bin/change <<'END'
${CHANGE(runtime)}END
      chmod 755 /usr/local/bin/change`);
    const up = await unmanaged.pgladder(
      ...["upgrade", "db", "--to", "17", "--yes"],
      ...["--switch", "command", "--switch-command", "/usr/local/bin/change"],
    );
    assertEquals(up.code, 0, up.stderr + up.stdout);
    await unmanaged.checkServes("17");
    assertEquals(await unmanaged.policy(), "on-failure 4");
    assertStringIncludes(
      host.read("/srv/db.pgladder/job/switch-apply.log"),
      "unit: <>",
    );
    const down = await unmanaged.pgladder(
      "rollback",
      "db",
      "--yes",
      ...CONFIRM,
    );
    assertEquals(down.code, 0, down.stderr + down.stdout);
    await unmanaged.checkServes("15");
    assertEquals(await unmanaged.inspect("{{.Id}}"), id);
    assertEquals(await unmanaged.policy(), "on-failure 4");
  });
}

Deno.test("a container without any policy: a prune takes it in the middle, and it is made again", async () => {
  const unmanaged = new Alone("docker");
  await unmanaged.make("no");
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--yes", "--runtime", "docker"],
  );
  await climb.reaches("step-started dump");
  await climb.kill();
  await host.ok("docker", "container", "prune", "-f");
  const described = "/srv/db.pgladder/container.json";
  const asked = await unmanaged.pgladder("rollback", "db", "--yes", ...CONFIRM);
  assertEquals(asked.code, 5, asked.stderr + asked.stdout);
  assertStringIncludes(
    asked.stderr,
    `There is no container "db" any more: make it again of docker.io/library/postgres:15 ` +
      `with the volume at ${INNER}/data, as "${described}" describes it`,
  );
  const text = host.read(described);
  const [found] = JSON.parse(text);
  assertEquals(found.HostConfig.ShmSize, 96 * 1024 * 1024);
  assertEquals(found.Config.Cmd, ["-c", "max_connections=37"]);
  assert(found.Config.Env.includes("POSTGRES_PASSWORD=…"), text);
  assertEquals(text.includes("rig-db"), false);
  await host.shell(`docker create ${words("15", `${INNER}/data`, "no")}`);
  const back = await unmanaged.pgladder("resume", "db", ...CONFIRM);
  assertEquals(back.code, 0, back.stderr + back.stdout);
  await unmanaged.checkServes("15");
  assertEquals(await unmanaged.policy(), "no 0");
});

Deno.test("refused: what is gone once it stops, what a unit starts, and switches of a unit's file", async () => {
  const unmanaged = new Alone("docker");
  await unmanaged.make("always");
  const refusal = async (...more: string[]) => {
    const { code, stdout } = await unmanaged.pgladder(
      ...["plan", "db", "--to", "17", ...more],
    );
    assertEquals(code, 3, stdout);
    return flat(stdout);
  };
  assertStringIncludes(
    await refusal("--switch", "unit"),
    "REFUSE switch no unit makes the container again → Use --switch manual or --switch command ",
  );
  await host.shell(`printf '%s\\n' '[Service]' 'RemainAfterExit=yes' \\
      'ExecStart=/usr/bin/docker start db' >/etc/systemd/system/starter.service
    systemctl daemon-reload && systemctl start starter`);
  assertStringIncludes(
    await refusal(),
    'REFUSE unit no unit is known to run "db", and starter.service starts or brings up containers, perhaps this one ',
  );
  await host.shell(
    `systemctl stop starter; rm /etc/systemd/system/starter.service
    systemctl daemon-reload
    docker rm -f db
    docker run -d --rm ${words("15", `${INNER}/data`, "no")}`,
  );
  await unmanaged.serves("15");
  assertStringIncludes(
    await refusal(),
    'REFUSE unit no unit is known to run "db", and it is gone once it stops (--rm) → Name its unit with --unit ',
  );
  await unmanaged.checkServes("15");
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, until } from "./host.ts";

/** A service of a swarm of one node: its containers are not ours to stop. */

const NAME = "swarm";
const STACK = `services:
  db:
    image: docker.io/library/postgres:15
    environment:
      POSTGRES_PASSWORD: rig-db
    volumes:
      - db:/var/lib/postgresql/data
    deploy:
      restart_policy:
        condition: any
        delay: 2s
volumes:
  db: {}
`;
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17");
  await host.shell(`docker swarm init --advertise-addr 127.0.0.1 >/dev/null
    cat >/root/stack.yaml <<'END'
${STACK}END
    docker stack deploy --resolve-image never -c /root/stack.yaml feeds`);
  await until("the task serves", async () => {
    const name = await task();
    const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
    return name !== "" &&
      (await host.exec("docker", "exec", name, ...ready)).code === 0;
  });
});
Deno.test.afterAll(() => Host.lower(NAME));

async function task(): Promise<string> {
  const words = ["ps", "--filter", "name=feeds_db", "--format", "{{.Names}}"];
  return (await host.ok("docker", ...words)).trim();
}

/** Everything that docker has, and what lies beside its volumes. */
const inventory = () =>
  host.shell(`
    docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}'
    docker images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | sort
    docker volume ls -q; ls -a /var/lib/docker /var/lib/docker/volumes
    docker service inspect feeds_db --format '{{.Version.Index}}'`);

for (
  const way of [
    ["--switch", "manual"],
    ["--switch", "command", "--switch-command", "/bin/true"],
  ]
) {
  Deno.test(`refused with ${way.join(" ")}, and nothing is changed`, async () => {
    const name = await task();
    const before = await inventory();
    for (const command of ["plan", "upgrade", "rehearse"]) {
      const { code, stderr, stdout } = await host.pgladder(
        ...[command, name, "--to", "17", "--runtime", "docker"],
        ...(command === "rehearse" ? [] : way),
        ...(command === "upgrade" ? ["--yes"] : []),
      );
      const said = flat(stdout + stderr);
      assertEquals(code, 3, said);
      assertStringIncludes(
        said,
        `a swarm made "${name}", and makes another one on the same data`,
      );
      assertStringIncludes(said, '"docker service scale feeds_db=0"');
      assertStringIncludes(
        said,
        "-v feeds_db:/var/lib/postgresql/data postgres:15",
      );
    }
    assertEquals(await inventory(), before);
    assertEquals(await task(), name);
  });
}

Deno.test("what is told to type leads out of it", async () => {
  await host.shell(`docker service scale --detach=false feeds_db=0 >/dev/null
    docker run -d --name pgladder-db --restart unless-stopped \\
      -v feeds_db:/var/lib/postgresql/data docker.io/library/postgres:15`);
  await until("the container of its own serves", async () => {
    const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
    return (await host.exec("docker", "exec", "pgladder-db", ...ready)).code ===
      0;
  });
  const plan = await host.pgladder("plan", "pgladder-db", "--to", "17");
  assertEquals(plan.code, 0, plan.stderr + plan.stdout);
});

import { assertEquals, assertMatch } from "@std/assert";
import { Host, type Output, sleep, until } from "./host.ts";

/**
 * The power is cut while compose makes the container of a project's service
 * again, up and back, what was not synced is lost: the run goes on, and no row
 * is missing.
 */

const NAME = "compose-power";
const HOME = "/srv/stack";
const DB = "stack-db-1";
const VOLUME = "/var/lib/docker/volume-stack_rows";
const CONFIRM = ["--confirm", DB];
/** Milliseconds after the journal says that it begins. */
const DELAYS = [0, 300, 700, 1300];
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17");
  await host.shell(`mkdir -p ${HOME}
    cat >${HOME}/compose.yaml <<'END'
${COMPOSE}END
    cd ${HOME}; docker compose up -d 2>&1`);
  await serves("15");
  await sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
});
Deno.test.afterAll(() => Host.lower(NAME));

const COMPOSE = `services:
  db:
    image: docker.io/library/postgres:\${PG_TAG:-15}
    restart: unless-stopped
    volumes: [ "rows:/var/lib/postgresql/data" ]
    environment: {POSTGRES_PASSWORD: rig-db}
    healthcheck:
      test: [CMD-SHELL, pg_isready -U postgres -h 127.0.0.1]
      interval: 1s
      retries: 60
  app:
    image: docker.io/library/postgres:15
    restart: always
    depends_on: {db: {condition: service_healthy}}
    environment: {PGPASSWORD: rig-db, PGHOST: db, PGUSER: postgres}
    entrypoint: [bash, -c, "trap 'exit 0' TERM; while sleep 1; do psql -qc 'select 1'; done & wait"]
volumes: {rows: }
`;

async function sql(query: string): Promise<string> {
  const psql = ["psql", "-U", "postgres", "-XAtqc", query];
  return (await host.ok("docker", "exec", DB, ...psql)).trim();
}

async function serves(version: string) {
  const ready = ["exec", DB, "pg_isready", "-q", "-h", "127.0.0.1"];
  await until(
    `${version} serves`,
    async () => (await host.exec("docker", ...ready)).code === 0,
  );
  const shown = await sql("SHOW server_version");
  assertEquals(shown.split(".")[0], version);
}

async function isWhole(version: string) {
  await serves(version);
  assertEquals(await sql("SELECT count(*) FROM kept"), "1000");
  const state = "{{.HostConfig.RestartPolicy.Name}} {{.State.Status}}";
  await until("the application runs", async () => {
    const words = ["docker", "inspect", "--format", state, "stack-app-1"];
    return (await host.exec(...words)).stdout.trim() === "always running";
  });
  const policy = await host.ok("docker", "inspect", "--format", state, DB);
  assertEquals(policy.trim(), "unless-stopped running");
}

/** Where the cut has taken the container away, what it says is typed. */
async function goesOn(...words: string[]): Promise<Output> {
  const output = await host.pgladder("resume", DB, ...words);
  if (output.code !== 5) return output;
  const typed = /type "(docker compose .*)"/.exec(output.stderr)?.[1];
  assertMatch(typed ?? output.stderr, /^docker compose /);
  await host.shell(typed ?? "false");
  return await host.pgladder("resume", DB, ...words);
}

/** From the disks of that name: cut so long after the fact, and taken up. */
async function cut(
  label: string,
  { delay, fact, words }: { delay: number; fact: string; words: string[] },
) {
  await host.restore(label);
  const climb = host.begin(...words);
  await climb.meets("the switch at work", async () => {
    const out = await host.exec(
      ...["systemctl", "list-units", "--plain", "--no-legend"],
      "pgladder-*-switch.service",
    );
    return out.stdout.trim() !== "";
  });
  await sleep(delay);
  await host.snapshot(`${label}-${delay}`);
  await host.restore(`${label}-${delay}`);
  await climb.end();
  const { code, stderr, stdout } = await goesOn(...words.slice(2));
  assertEquals(code, 0, `${fact} + ${delay} ms:\n${stderr}${stdout}`);
}

Deno.test("the power goes while compose makes the container again, up and back", async () => {
  const up = ["upgrade", DB, "--to", "17", "--switch", "compose", "--yes"];
  const climb = host.begin(...up);
  await climb.reaches("step-started switch", { volume: VOLUME });
  await climb.freeze();
  await host.snapshot("up");
  await climb.kill();
  for (const delay of DELAYS) {
    const words = ["resume", DB];
    await cut("up", { delay, fact: "step-started switch", words });
    await isWhole("17");
  }

  const back = host.begin("rollback", DB, "--yes", ...CONFIRM);
  await back.reaches("undo-started switch", { volume: VOLUME });
  await back.freeze();
  await host.snapshot("back");
  await back.kill();
  for (const delay of DELAYS) {
    const words = ["resume", DB, ...CONFIRM];
    await cut("back", { delay, fact: "undo-started switch", words });
    await isWhole("15");
  }
});

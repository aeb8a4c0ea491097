import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host, type Output, until } from "./host.ts";

/**
 * A project that compose brings up and no unit does: a database, a writer that
 * waits for its health, and a worker that stays connected. One command goes
 * up and one back, both killed on the way, and no acknowledged row is lost.
 */

const NAME = "compose-alone";
const INNER = "/var/lib/postgresql/data";
let host: Host;
/** Her own directory, as the host has made it. */
let alices: string;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17", "18");
  alices = (await host.shell("useradd -m alice; echo ~alice")).trim();
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const compose = (mount: string) =>
  `# The documents.
x-client: &client
  image: docker.io/library/postgres:15
  environment: {PGPASSWORD: documents, PGHOST: db, PGUSER: documents}
  volumes: [/srv/acked:/acked]
services:
  db: # what it is all about
    image: docker.io/library/postgres:\${PG_TAG:-15}
    restart: unless-stopped
    volumes: [ "${mount}:${INNER}" ] # the rows
    environment: {POSTGRES_USER: documents, POSTGRES_PASSWORD: documents}
    healthcheck:
      test: [CMD-SHELL, pg_isready -U documents -h 127.0.0.1]
      interval: 1s
      retries: 60
  writer:
    <<: *client
    restart: unless-stopped
    depends_on: {db: {condition: service_healthy}}
    entrypoint:
      - bash
      - -c
      - |
        trap 'exit 0' INT TERM
        while sleep 0.2; do
          psql -qAtc 'insert into tick default values returning id' >>/acked/ids
        done
  worker:
    <<: *client
    restart: always
    depends_on: [db]
    entrypoint:
      - bash
      - -c
      - psql -c 'select pg_sleep(1000000)' & trap 'kill $$!; exit 0' INT TERM; wait
volumes: {rows: }
`;

interface Kind {
  readonly runtime: "docker" | "podman";
  /** What the person types. */
  readonly tool: string;
  readonly mark: string;
  readonly mount: string;
  /** Whose the project's directory is. */
  readonly owner: "root" | "alice";
  /** What the names beside it begin with; else it is a directory of hers. */
  readonly volume?: string;
  readonly to: string;
}

class Stack {
  readonly db: string;
  readonly clients: readonly string[];
  readonly home: string;

  constructor(readonly kind: Kind) {
    const name = (service: string) => ["stack", service, "1"].join(kind.mark);
    this.db = name("db");
    this.home = kind.owner === "root" ? "/srv/stack" : `${alices}/stack`;
    this.clients = [name("writer"), name("worker")];
  }

  async make() {
    const { home, kind: { mount, owner, runtime } } = this;
    await host.restore("bare");
    // Docker's firewall lets nothing pass from one podman container to another.
    await host.shell(
      runtime === "docker" ? "docker info >/dev/null" : `
        systemctl disable --quiet --now docker.socket docker.service
        iptables -P FORWARD ACCEPT; iptables -F`,
    );
    await host.shell(`mkdir -p ${home} /srv/acked
      chmod 1777 /srv/acked
      cat >${home}/compose.yaml <<'END'
${compose(mount)}END
      chown -R ${owner}: ${home}`);
    await this.up();
    await this.serves("15");
    await this.sql("create table tick (id bigserial primary key)");
    await this.writes();
  }

  up(): Promise<string> {
    return host.shell(`cd ${this.home}; ${this.kind.tool} up -d 2>&1`);
  }

  async sql(query: string): Promise<string> {
    return (await host.ok(
      ...[this.kind.runtime, "exec", this.db, "psql", "-U", "documents"],
      ...["-XAtqc", query],
    )).trim();
  }

  async serves(version: string) {
    const ready = ["pg_isready", "-q", "-h", "127.0.0.1"];
    await until(`${version} serves`, async () => {
      const words = [this.kind.runtime, "exec", this.db, ...ready];
      return (await host.exec(...words)).code === 0;
    });
    assertEquals(
      (await this.sql("show server_version")).split(/[. ]/)[0],
      version,
    );
  }

  acked(): readonly string[] {
    return host.exists("/srv/acked/ids")
      ? host.read("/srv/acked/ids").trim().split("\n")
      : [];
  }

  async writes() {
    const before = this.acked().length;
    await until("the writer writes", () => this.acked().length > before + 2);
  }

  inspect(name: string, format: string): Promise<string> {
    return host.ok(
      ...[this.kind.runtime, "container", "inspect", "--format", format, name],
    );
  }

  async policies(): Promise<string[]> {
    const found: string[] = [];
    for (const name of [this.db, ...this.clients]) {
      const format = "{{.HostConfig.RestartPolicy.Name}} {{.State.Status}}";
      found.push((await this.inspect(name, format)).trim());
    }
    return found;
  }

  /** Rows that only the new version has taken are given up with it. */
  async beginAnew(kept: readonly string[]) {
    const found = new Set((await this.sql("select id from tick")).split("\n"));
    assertEquals(kept.filter((id) => !found.has(id)), []);
    await host.shell("truncate --size=0 /srv/acked/ids");
    await this.writes();
  }

  /** It serves that version, all of the project runs, and no row is missing. */
  async check(version: string) {
    await this.serves(version);
    await this.writes();
    assertEquals(await this.policies(), [
      "unless-stopped running",
      "unless-stopped running",
      "always running",
    ]);
    const file = `${this.home}/compose.yaml`;
    const owner = await host.ok("stat", "--format=%U:%G", file);
    assertEquals(owner.trim(), `${this.kind.owner}:${this.kind.owner}`);
    const acked = this.acked();
    const kept = new Set((await this.sql("select id from tick")).split("\n"));
    assertEquals(acked.filter((id) => !kept.has(id)), []);
  }

  pgladder(...words: string[]): Promise<Output> {
    return host.pgladder(...words, "--runtime", this.kind.runtime);
  }

  async ends(words: readonly string[]) {
    const { code, stderr, stdout } = await this.pgladder(...words);
    assertEquals(code, 0, stderr + stdout);
  }

  upWords(): string[] {
    const { owner, to } = this.kind;
    return [
      ...["upgrade", this.db, "--to", to, "--switch", "compose", "--yes"],
      ...owner === "root" ? [] : ["--trust-parents"],
    ];
  }

  async killedAt(fact: string, words: readonly string[]) {
    const { runtime, volume = `${this.home}/rows` } = this.kind;
    const climb = host.begin(...words, "--runtime", runtime);
    await climb.reaches(fact, { volume });
    await climb.kill();
  }
}

const KINDS: readonly Kind[] = [
  {
    runtime: "docker",
    tool: "docker compose",
    mark: "-",
    mount: "rows",
    owner: "root",
    volume: "/var/lib/docker/volume-stack_rows",
    to: "17",
  },
  {
    runtime: "docker",
    tool: "docker compose",
    mark: "-",
    mount: "./rows",
    owner: "alice",
    to: "18",
  },
  {
    runtime: "podman",
    tool: "podman-compose",
    mark: "_",
    mount: "rows",
    owner: "root",
    volume: "/var/lib/containers/storage/volume-stack_rows",
    to: "17",
  },
];

for (const kind of KINDS) {
  Deno.test(`${kind.tool}, ${kind.mount} of ${kind.owner}'s, 15 → ${kind.to} and back by one command each, killed on the way`, async () => {
    const stack = new Stack(kind);
    await stack.make();
    const before = host.read(`${stack.home}/compose.yaml`);
    const after = before.replace("PG_TAG:-15", `PG_TAG:-${kind.to}`)
      .replace(`:${INNER}"`, kind.to === "18" ? ':/var/lib/postgresql"' : "$&");

    const kept = stack.acked();
    await stack.killedAt("step-started build", stack.upWords());
    await stack.killedAt("step-started switch", ["resume", stack.db]);
    await stack.ends(["resume", stack.db]);
    await stack.check(kind.to);
    assertEquals(host.read(`${stack.home}/compose.yaml`), after);

    const down = ["rollback", stack.db, "--yes", "--confirm", stack.db];
    await stack.killedAt("undo-started switch", down);
    await stack.ends(["resume", stack.db, "--confirm", stack.db]);
    await stack.beginAnew(kept);
    await stack.check("15");
    assertEquals(host.read(`${stack.home}/compose.yaml`), before);

    await stack.ends(["commit", stack.db, "--confirm", stack.db]);
    await stack.ends(stack.upWords());
    await stack.check(kind.to);
    await stack.ends(["commit", stack.db, "--confirm", stack.db]);
    await stack.ends(["status", stack.db]);

    // By hand it is as a person expects it.
    const id = await stack.inspect(stack.db, "{{.Id}}");
    await stack.up();
    assertEquals(await stack.inspect(stack.db, "{{.Id}}"), id);
    await host.shell(`cd ${stack.home}; ${kind.tool} down 2>&1`);
    await stack.up();
    await stack.check(kind.to);
  });
}

Deno.test("docker compose by hand: what it says works, up and back, and the project runs again", async () => {
  const [kind] = KINDS;
  if (kind === undefined) throw new Error("There is no kind");
  const stack = new Stack(kind);
  await stack.make();
  const kept = stack.acked();
  const asked = await stack.pgladder(
    ...["upgrade", stack.db, "--to", "17", "--yes"],
  );
  assertEquals(asked.code, 5, asked.stderr + asked.stdout);
  const typed = /then "(docker compose .*)"/.exec(asked.stderr)?.[1] ?? "";
  assertStringIncludes(typed, " up -d db");
  await host.shell(`sed -i 's/PG_TAG:-15/PG_TAG:-17/' ${stack.home}/compose.yaml
    ${typed}`);
  await stack.ends(["resume", stack.db]);
  await stack.check("17");
  const down = ["rollback", stack.db, "--yes", "--confirm", stack.db];
  const back = await stack.pgladder(...down);
  assertEquals(back.code, 5, back.stderr + back.stdout);
  const undo = /then "(docker compose .*)"/.exec(back.stderr)?.[1] ?? "";
  assert(undo.endsWith(" up --no-start --no-deps db"), back.stderr);
  await host.shell(`sed -i 's/PG_TAG:-17/PG_TAG:-15/' ${stack.home}/compose.yaml
    ${undo}`);
  await stack.ends(["resume", stack.db, "--confirm", stack.db]);
  await stack.beginAnew(kept);
  await stack.check("15");
});

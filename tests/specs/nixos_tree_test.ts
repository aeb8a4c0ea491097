import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { flat, Host, until } from "./host.ts";
import { makeUnitsReadOnly } from "./read_only.ts";

/**
 * A repository of three hosts and two modules, as tests/golden/nix-hosts has
 * it. One machine plays each host in turn: its databases are upgraded, the
 * repository goes on to the next. Then the modules' defaults follow.
 */

const NAME = "nix-tree";
const TREE = "/etc/nixos";
const IMAGE = "docker.io/library/postgres";
const AZUSA = "hosts/azusa/configuration.nix";
const CARCOSA = "hosts/carcosa/configuration.nix";
const NYARLATHOTEP = "hosts/nyarlathotep/configuration.nix";
const OPTIONS = {
  pleroma: "modules/pleroma/options.nix",
  wiki: "modules/wiki/options.nix",
};
const FILES = [AZUSA, CARCOSA, NYARLATHOTEP, ...Object.values(OPTIONS)];
/** Nix finds the stand-in for NixOS as `<nixpkgs/nixos>`. */
const NIX = ["env", "NIX_PATH=nixpkgs=/usr/local/lib/rig-nixpkgs"];

type Service = keyof typeof OPTIONS;
let host: Host;
let repository: string;

Deno.test.beforeAll(async () => {
  repository = await Deno.makeTempDir({ prefix: "pgladder-nix-" });
  host = await Host.raise(NAME);
  const put = async (name: string, to: string) => {
    const from = fromFileUrl(new URL(`../${name}`, import.meta.url));
    await host.rig("put", NAME, from, to);
  };
  await put("golden/nix-hosts", TREE);
  await put("specs/nixos/nixos-rebuild", "/usr/local/bin/nixos-rebuild");
  for (
    const place of ["rig-nixos/system.nix", "rig-nixpkgs/nixos/default.nix"]
  ) {
    await put("specs/nixos/system.nix", `/usr/local/lib/${place}`);
  }
  await makeUnitsReadOnly(host);
  await takeBack();
  await host.save("bare");
});
Deno.test.afterAll(async () => {
  await Host.lower(NAME);
  await Deno.remove(repository, { recursive: true });
});

/** The machine's tree becomes the repository. */
async function takeBack(): Promise<void> {
  await host.shell(`rm -f ${TREE}/configuration.nix`);
  await Deno.remove(repository, { recursive: true });
  const { success } = await new Deno.Command("cp", {
    args: ["-a", host.path(TREE), repository],
  }).output();
  assertEquals(success, true);
}

const texts = () =>
  Object.fromEntries(
    FILES.map((name) => [
      name,
      Deno.readTextFileSync(`${repository}/${name}`),
    ]),
  );

/** A fresh machine with that host's configuration, its databases with a row. */
async function become(name: string, services: readonly Service[]) {
  await host.restore("bare");
  await host.rig("put", NAME, repository, TREE);
  await host.shell(`
    echo '{ imports = [ ./hosts/${name}/configuration.nix ]; }' >${TREE}/configuration.nix
    mkdir -p ${services.map((it) => `/srv/${it}`).join(" ")}
    nixos-rebuild switch`);
  for (const service of services) {
    await until(
      `${service} answers`,
      async () => (await sql(service, "CREATE TABLE kept (n int)")).code === 0,
    );
    await sql(service, "INSERT INTO kept SELECT generate_series(1, 1000)");
  }
}

function sql(service: Service, query: string) {
  return host.exec(
    ...["podman", "exec", `${service}-db`],
    ...["psql", "-h", "127.0.0.1", "-U", "postgres", "-Atqc", query],
  );
}

async function upgrade(service: Service): Promise<void> {
  const up = await host.exec(
    ...[...NIX, "pgladder", "upgrade", `${service}-db`],
    ...["--to", "17", "--switch", "nixos", "--yes"],
  );
  assertEquals(up.code, 0, up.stderr + up.stdout);
  assertStringIncludes(
    flat(up.stdout + up.stderr),
    `Nix evaluates it to ${IMAGE}:17`,
  );
  const found = await sql(
    service,
    "SELECT current_setting('server_version_num')::int / 10000, count(*) FROM kept",
  );
  assertEquals(found.stdout.trim(), "17|1000", found.stderr);
}

Deno.test("azusa: two databases, each by the one value that is its own", async () => {
  const before = texts();
  await become("azusa", ["pleroma", "wiki"]);
  await upgrade("pleroma");
  await upgrade("wiki");
  await takeBack();
  assertEquals(texts(), {
    ...before,
    [AZUSA]: before[AZUSA]
      ?.replace(
        `    postgresTag = "15"; # since`,
        `    postgresTag = "17"; # since`,
      )
      .replace(`wiki.postgresTag = "15"`, `wiki.postgresTag = "17"`),
  });
});

Deno.test("carcosa: the module's default holds there, so it gets a line of its own", async () => {
  const before = texts();
  await become("carcosa", ["pleroma"]);
  await upgrade("pleroma");
  await takeBack();
  assertEquals(texts(), {
    ...before,
    [CARCOSA]: before[CARCOSA]?.replace(
      "pleroma.enable = true;\n",
      (it) => `${it}  nixfiles.pleroma.postgresTag = "17";\n`,
    ),
  });
});

Deno.test("nyarlathotep: a forced value on a line with others", async () => {
  const before = texts();
  await become("nyarlathotep", ["wiki"]);
  await upgrade("wiki");
  await takeBack();
  assertEquals(texts(), {
    ...before,
    [NYARLATHOTEP]: before[NYARLATHOTEP]
      ?.replace(`mkForce "15"`, `mkForce "17"`),
  });
});

Deno.test("retire-overrides: both defaults follow, the hosts' lines go, a rebuild changes nothing", async () => {
  const before = texts();
  for (const service of Object.keys(OPTIONS)) {
    const done = await host.exec(
      ...[...NIX, "pgladder", "retire-overrides", "--nix-option"],
      ...[`nixfiles.${service}.postgresTag`, "--to", "17", "--yes", TREE],
    );
    assertEquals(done.code, 0, done.stderr + done.stdout);
    assertStringIncludes(
      done.stdout,
      "Nix evaluates the same before and after: hosts/azusa/configuration",
    );
  }
  await takeBack();
  const after = texts();
  for (const [service, file] of Object.entries(OPTIONS)) {
    assertEquals(
      after[file],
      before[file]?.replace(`default = "13"`, `default = "17"`),
      service,
    );
  }
  for (const name of [AZUSA, CARCOSA, NYARLATHOTEP]) {
    assertEquals(
      after[name]?.split("\n").filter((it) => /^[^#]*postgresTag/.test(it)),
      [],
    );
  }
  // The machine is still the last host, and serves by its module's default.
  await host.rig("put", NAME, repository, TREE);
  const rebuilt = await host.shell(`
    echo '{ imports = [ ./hosts/nyarlathotep/configuration.nix ]; }' >${TREE}/configuration.nix
    nixos-rebuild switch`);
  assertEquals(rebuilt.includes("units:"), false, rebuilt);
});

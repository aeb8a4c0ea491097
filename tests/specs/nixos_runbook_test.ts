import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Host, until } from "./host.ts";
import { makeUnitsReadOnly } from "./read_only.ts";

/**
 * A repository whose flake makes each host by a function of its own: shared
 * modules, and one file a host. By the option's name and by search alone, by
 * Nix's word and by reading, to 17 and to 18, with the power cut, and back.
 */

const NAME = "nix-runbook";
const TREE = "/etc/nixos";
const IMAGE = "docker.io/library/postgres";
const OPTION = "nixfiles.pleroma.postgresTag";
const REBUILD = [
  "--rebuild-command",
  `nixos-rebuild switch --flake ${TREE}#carcosa`,
];
const CARCOSA = `${TREE}/hosts/carcosa/configuration.nix`;
const MODULE = `${TREE}/shared/pleroma.nix`;
const LOG = "/srv/pleroma.pgladder/job/switch-apply.log";
const STOPS = "stopping the following units:";

const FLAKE = `{
  inputs.nixpkgs.url = "path:/usr/local/lib/rig-nixpkgs";
  outputs = { self, nixpkgs, ... }@flakeInputs: {
    nixosConfigurations =
      let
        mkNixosConfiguration = name: extraModules: nixpkgs.lib.nixosSystem {
          specialArgs = { inherit flakeInputs; };
          modules = [
            { networking.hostName = name; }
            ./shared
            (./hosts + "/\${name}" + /configuration.nix)
          ] ++ extraModules;
        };
      in
      {
        carcosa = mkNixosConfiguration "carcosa" [ ];
        nyarlathotep = mkNixosConfiguration "nyarlathotep" [ ];
      };
  };
}
`;
const PLEROMA = `{ config, lib, ... }:

with lib;
let cfg = config.nixfiles.pleroma; in
{
  options.nixfiles.pleroma = {
    enable = mkEnableOption "Pleroma";
    postgresTag = mkOption {
      type = types.str;
      default = "15";
    };
  };

  config = mkIf cfg.enable {
    virtualisation.oci-containers.containers.pleroma-db = {
      image = "${IMAGE}:\${cfg.postgresTag}";
      environment.POSTGRES_HOST_AUTH_METHOD = "trust";
      volumes = [ "/srv/pleroma:/var/lib/postgresql/data" ];
    };
  };
}
`;
const carcosa = (...lines: string[]) =>
  `{ config, lib, ... }:

{
  nixfiles.pleroma.enable = true;
${lines.map((it) => `  ${it}\n`).join("")}
  system.stateVersion = "23.05";
}
`;
const OTHER =
  `{ ... }: { nixfiles.pleroma.enable = true; nixfiles.pleroma.postgresTag = "15"; }\n`;
const MOUNT =
  `virtualisation.oci-containers.containers.pleroma-db.volumes = lib.mkForce [ "/srv/pleroma:/var/lib/postgresql" ];`;

let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  const put = (name: string, to: string) =>
    host.rig("put", NAME, fromFileUrl(new URL(name, import.meta.url)), to);
  await host.shell(
    `mkdir -p /usr/local/lib/rig-nixpkgs ${TREE}/shared /srv/pleroma ${TREE}/hosts/carcosa ${TREE}/hosts/nyarlathotep`,
  );
  await put("nixos/system.nix", "/usr/local/lib/rig-nixpkgs/system.nix");
  await put("nixos/flake.nix", "/usr/local/lib/rig-nixpkgs/flake.nix");
  await put("nixos/nixos-rebuild", "/usr/local/bin/nixos-rebuild");
  for (
    const [file, text] of Object.entries({
      [`${TREE}/flake.nix`]: FLAKE,
      [`${TREE}/shared/default.nix`]: "{ imports = [ ./pleroma.nix ]; }\n",
      [MODULE]: PLEROMA,
      [CARCOSA]: carcosa(`nixfiles.pleroma.postgresTag = "15";`),
      [`${TREE}/hosts/nyarlathotep/configuration.nix`]: OTHER,
    })
  ) await write(file, text);
  await host.shell(REBUILD[1] ?? "");
  await makeUnitsReadOnly(host);
  await until(
    "it answers",
    async () =>
      (await sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n"))
        .code === 0,
  );
  await host.save("before");
});
Deno.test.afterAll(() => Host.lower(NAME));

const write = (file: string, text: string) =>
  host.shell(`cat >'${file}' <<'END_OF_FILE'\n${text}END_OF_FILE`);

function sql(query: string) {
  return host.exec(
    ...["podman", "exec", "pleroma-db"],
    ...["psql", "-h", "127.0.0.1", "-U", "postgres", "-Atqc", query],
  );
}

async function serves(version: string): Promise<void> {
  const found = await sql(
    "SELECT current_setting('server_version_num')::int / 10000, count(*) FROM kept",
  );
  assertEquals(found.stdout.trim(), `${version}|1000`, found.stderr);
}

/** Puts the machine back, with that in its own file. */
async function comeBack(text: string): Promise<void> {
  await host.restore("before");
  await write(CARCOSA, text);
  await until("it answers", async () => (await sql("SELECT 1")).code === 0);
}

async function thereAndBack(
  to: string,
  words: readonly string[],
  { after, before, told }: Record<"after" | "before" | "told", string>,
): Promise<void> {
  await comeBack(before);
  const up = await host.pgladder(
    ...["upgrade", "pleroma-db", "--to", to, "--switch", "nixos"],
    ...["--yes", ...REBUILD, ...words],
  );
  assertEquals(up.code, 0, up.stderr + up.stdout);
  // Lines are broken where the terminal ends.
  const shown = `${up.stdout}${up.stderr}`.replaceAll(/\s+/g, " ");
  assertStringIncludes(shown, told);
  await serves(to);
  assertEquals(host.read(CARCOSA), after);
  assertEquals(host.read(MODULE), PLEROMA);
  const down = await host.pgladder(
    ...["rollback", "pleroma-db", "--yes", "--confirm", "pleroma-db"],
  );
  assertEquals(down.code, 0, down.stderr + down.stdout);
  await serves("15");
  assertEquals(host.read(CARCOSA), before);
}

const tag = (value: string) => `nixfiles.pleroma.postgresTag = "${value}";`;

Deno.test("15 → 17 by the option's name, by Nix's word, and back", () =>
  thereAndBack("17", ["--nix-option", OPTION], {
    before: carcosa(tag("15")),
    after: carcosa(tag("17")),
    told: `Nix evaluates it to ${IMAGE}:17`,
  }));

Deno.test("15 → 18 by search alone: the module's default, this host's own mounts, and back", () =>
  thereAndBack("18", [], {
    before: carcosa(),
    after: carcosa(tag("18"))
      .replace(/}\n$/, `  ${MOUNT}\n}\n`),
    told: `Nix evaluates it to ${IMAGE}:18`,
  }));

Deno.test("15 → 17 by search alone, read and not evaluated, and back", () =>
  thereAndBack("17", ["--no-eval"], {
    before: carcosa(),
    after: carcosa(tag("17")),
    told: "read, not evaluated (--no-eval)",
  }));

Deno.test("15 → 18 by the option's name, read and not evaluated, and back", () =>
  thereAndBack("18", ["--no-eval", "--nix-option", OPTION], {
    before: carcosa(tag("15")),
    after: carcosa(tag("18"))
      .replace(/}\n$/, `  ${MOUNT}\n}\n`),
    told: "read, not evaluated (--no-eval)",
  }));

Deno.test("The power goes during the rebuild: resume completes", async () => {
  await comeBack(carcosa(tag("15")));
  const climb = host.begin(
    ...["upgrade", "pleroma-db", "--to", "17", "--switch", "nixos"],
    ...["--yes", ...REBUILD],
  );
  await climb.meets(
    "the rebuild has stopped the old unit",
    () => Promise.resolve(host.exists(LOG) && host.read(LOG).includes(STOPS)),
  );
  await host.cutPower();
  await host.boot();
  await climb.end();
  const { code, stderr } = await host.pgladder("resume", "pleroma-db");
  assertEquals(code, 0, stderr);
  await serves("17");
  assertEquals(host.read(CARCOSA), carcosa(tag("17")));
});

Deno.test("retire-overrides: one host is not there yet and is named; then all are", async () => {
  const other = `${TREE}/hosts/nyarlathotep/configuration.nix`;
  await write(CARCOSA, carcosa(tag("17")));
  const retire = () =>
    host.pgladder(
      ...["retire-overrides", "--nix-option", OPTION],
      ...["--to", "17", "--yes", TREE],
    );
  const refused = await retire();
  assertEquals(refused.code, 3, refused.stderr + refused.stdout);
  assertStringIncludes(
    refused.stderr,
    `Not every host says ${OPTION} = "17":\n  nyarlathotep: "15" in ${other}:1 ${OPTION}\n`,
  );
  assertEquals(host.read(MODULE), PLEROMA);
  assertEquals(host.read(other), OTHER);

  await write(other, OTHER.replace(`"15"`, `"17"`));
  const done = await retire();
  assertEquals(done.code, 0, done.stderr + done.stdout);
  assertStringIncludes(
    done.stdout,
    `Nix evaluates the same before and after: carcosa "17", nyarlathotep "17".`,
  );
  assertEquals(host.read(MODULE), PLEROMA.replace(`"15"`, `"17"`));
  assertEquals(host.read(CARCOSA), carcosa());
});

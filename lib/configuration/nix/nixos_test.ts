import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import type { ConfigurationRequest } from "../edit_plan.ts";
import type { EditTarget } from "../target.ts";
import { placeInNixos } from "./nixos.ts";

/** Real Nix is asked, of trees that lie on the disk, with a stand-in for NixOS. */

const path = (name: string) =>
  fromFileUrl(new URL(`../../../tests/${name}`, import.meta.url));

class DiskFiles extends MemoryFiles {
  override async look(path: string) {
    const facts = await Deno.lstat(path).catch(() => undefined);
    if (facts === undefined) return undefined;
    const kind = facts.isDirectory
      ? "directory"
      : facts.isSymlink
      ? "link"
      : "file";
    const owner = { uid: 0, gid: 0, mode: 0o644 };
    const bytes = facts.size;
    return { kind, inode: "", device: "", owner, bytes } as const;
  }
  override list(path: string) {
    return Promise.resolve([...Deno.readDirSync(path)].map(({ name }) => name));
  }
  override async readText(path: string) {
    if (await this.look(path) === undefined) return undefined;
    return Deno.readTextFile(path);
  }
  override readSmall(path: string) {
    return this.readText(path).catch(() => undefined);
  }
  override writeText(path: string, text: string) {
    return Deno.writeTextFile(path, text);
  }
  override remove(path: string) {
    return Deno.remove(path, { recursive: true });
  }
}

/** Runs in a directory that plays /etc/nixos, and is gone afterwards. */
async function inTree(
  texts: Readonly<Record<string, string>>,
  deed: (
    place: (
      asked: Partial<ConfigurationRequest>,
      wish?: Partial<EditTarget>,
    ) => ReturnType<typeof placeInNixos>,
  ) => Promise<void>,
) {
  const base = await Deno.makeTempDir({ prefix: "pgladder-nix-" });
  const home = `${base}/etc`;
  const nixpkgs = `${base}/nixpkgs`;
  const write = async (file: string, text: string) => {
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text.replaceAll("NIXPKGS", nixpkgs));
  };
  const system = await Deno.readTextFile(path("specs/nixos/system.nix"));
  const flake = await Deno.readTextFile(path("specs/nixos/flake.nix"));
  await write(`${nixpkgs}/nixos/default.nix`, system);
  await write(`${nixpkgs}/system.nix`, system);
  await write(`${nixpkgs}/flake.nix`, flake);
  for (const [name, text] of Object.entries(texts)) {
    await write(join(home, name), text);
  }
  const run = async ([program = "", ...args]: readonly string[]) => {
    const { code, stderr, stdout } = await new Deno.Command(program, {
      args: args.map((it) => it.replace(/^\/etc\/nixos/, home)),
      env: {
        NIX_PATH: `nixpkgs=${nixpkgs}`,
        NIX_REMOTE: `local?root=${base}/root`,
        HOME: base,
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  };
  const ports = portsOf({
    files: new DiskFiles({}),
    host: Object.assign(new QuietHost(), { run }),
  });
  try {
    await deed(async (asked, wish) => {
      const editPlan = await placeInNixos(
        { kind: "nixos", hostname: "db-host", ...asked },
        {
          container: "db",
          from: { tag: "15", image: "docker.io/library/postgres:15" },
          to: { tag: "17", image: "docker.io/library/postgres:17" },
          ...wish,
        },
        "podman-db.service",
        ports,
      );
      const plain = JSON.stringify(editPlan).replaceAll(home, "/etc/nixos");
      return JSON.parse(plain);
    });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

const HAS_NIX = [...(Deno.env.get("PATH") ?? "").split(":")].some((place) => {
  try {
    return Deno.statSync(`${place}/nix-instantiate`).isFile;
  } catch {
    return false;
  }
});

const WIKI = `{ config, lib, ... }:
{
  options.wiki.postgresTag = lib.mkOption { type = lib.types.str; default = "15"; };
  config.virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:\${config.wiki.postgresTag}";
    volumes = [ "/srv/db:/var/lib/postgresql/data" ];
  };
}
`;
/** Nothing that is read tells which files a host has. */
const UNSEEN = {
  "flake.nix": `{
  inputs.nixpkgs.url = "path:NIXPKGS";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = builtins.listToAttrs (map
      (name: {
        inherit name;
        value = nixpkgs.lib.nixosSystem { modules = [ ./wiki.nix ] ++ [ (./hosts + "/\${name}.nix") ]; };
      })
      (map (file: builtins.head (builtins.split "[.]" file)) (builtins.attrNames (builtins.readDir ./hosts))));
  };
}
`,
  "wiki.nix": WIKI,
  "hosts/db-host.nix": `{\n  wiki.postgresTag = "15";\n}\n`,
  "hosts/other.nix": `{\n  wiki.postgresTag = "15";\n}\n`,
};
const IMAGE = "docker.io/library/postgres";

function test(name: string, fn: () => Promise<void>) {
  Deno.test({ name, ignore: !HAS_NIX, fn });
}

test("Nix names the files of a host that reading cannot follow", () =>
  inTree(UNSEEN, async (place) => {
    for (const asked of [{}, { option: "wiki.postgresTag" }]) {
      const editPlan = await place(asked);
      assertEquals(
        editPlan.kind === "placed" ? editPlan.found : editPlan,
        `/etc/nixos/hosts/db-host.nix:2 wiki.postgresTag; Nix evaluates it to ${IMAGE}:17`,
      );
    }
    const read = await place({ isRead: true });
    assertEquals(read.kind, "unplaced");
    const other = await place({
      rebuild: "nixos-rebuild switch --flake /etc/nixos#other",
    });
    assertEquals(
      other.kind === "placed" && other.changes[0]?.file,
      "/etc/nixos/hosts/other.nix",
    );
  }));

test("Without a flake: NIX_PATH has NixOS, configuration.nix the host", () =>
  inTree({
    "configuration.nix":
      `{ imports = map (it: ./. + "/\${it}") [ "wiki.nix" "own.nix" ]; }\n`,
    "wiki.nix": WIKI,
    "own.nix": `{ wiki.postgresTag = "15"; }\n`,
  }, async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "placed" ? editPlan.found : editPlan,
      `/etc/nixos/own.nix:1 wiki.postgresTag; Nix evaluates it to ${IMAGE}:17`,
    );
    const read = await place({ isRead: true, file: "/etc/nixos/own.nix" });
    assertStringIncludes(
      read.kind === "placed" ? read.found : read.problem,
      "read, not evaluated (--no-eval)",
    );
  }));

test("A module that Nix names by its directory is read from its default.nix", () =>
  inTree({
    "configuration.nix": `{ imports = [ ./wiki ./own ]; }\n`,
    "wiki/default.nix": WIKI,
    "own/default.nix": `{ wiki.postgresTag = "15"; }\n`,
  }, async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "placed" ? editPlan.found : editPlan,
      `/etc/nixos/own/default.nix:1 wiki.postgresTag; Nix evaluates it to ${IMAGE}:17`,
    );
  }));

test("What would change another container or its mounts is not placed", () =>
  inTree({
    "configuration.nix": `{ config, ... }:
{
  imports = [ ./wiki.nix ];
  wiki.postgresTag = "15";
  virtualisation.oci-containers.containers.app.image =
    builtins.replaceStrings [ "x" ] [ "y" ] "app:\${config.wiki.postgresTag}";
}
`,
    "wiki.nix": WIKI,
  }, async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "unplaced" && editPlan.problem,
      "Nix sees more change than this container's image: app, podman-app.service",
    );
  }));

test("What Nix has for the container is what runs, or nothing is placed", () =>
  inTree({
    "configuration.nix": `{ imports = [ ./wiki.nix ]; }\n`,
    "wiki.nix": WIKI.replace(`"15"`, `"16"`),
  }, async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "unplaced" && editPlan.problem,
      `Nix evaluates the image to ${IMAGE}:16, and ${IMAGE}:15 runs`,
    );
  }));

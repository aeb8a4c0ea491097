import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  IMAGE,
  inTree,
  nixTest as test,
  WIKI,
} from "../../../tests/sample/nix_tree.ts";

/** Which files Nix names, and what of it is placed. */

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

/** Modules that are of no nixpkgs, as their users have them. */
const QUADLET = `{ lib, ... }:
{
  options.virtualisation.quadlet.containers = lib.mkOption { default = { }; };
  options.environment.etc = lib.mkOption { default = { }; };
  options.virtualisation.arion.projects = lib.mkOption { default = { }; };
  options.shop.tag = lib.mkOption { default = "15"; };
}
`;
const MOUNT = `"/srv/db:/var/lib/postgresql/data"`;

for (
  const [what, container, lines, where] of [
    [
      "a module for Quadlets",
      "db",
      `virtualisation.quadlet.containers.db.containerConfig = {
    image = "${IMAGE}:\${config.shop.tag}";
    volumes = [ ${MOUNT} ];
  };`,
      "own.nix:1 shop.tag",
    ],
    [
      "arion",
      "shop-db-1",
      `virtualisation.arion.projects.shop.settings.services.db.service = {
    image = "${IMAGE}:\${config.shop.tag}";
    volumes = [ ${MOUNT} ];
  };`,
      "own.nix:1 shop.tag",
    ],
    [
      "a Quadlet's text in /etc",
      "systemd-db",
      `environment.etc."containers/systemd/db.container".text = ''
    [Container]
    Image=${IMAGE}:15
    Volume=/srv/db:/var/lib/postgresql/data
  '';`,
      `db.nix:5 environment.etc."containers/systemd/db.container".text`,
    ],
  ] as const
) {
  test(`Nix is asked of ${what}, too: files that reading cannot follow`, () =>
    inTree({
      "configuration.nix":
        `{ imports = map (it: ./. + "/\${it}") [ "quadlet.nix" "db.nix" "own.nix" ]; }\n`,
      "quadlet.nix": QUADLET,
      "db.nix": `{ config, ... }:\n{\n  ${lines}\n}\n`,
      "own.nix": `{ shop.tag = "15"; }\n`,
    }, async (place) => {
      const editPlan = await place({}, { container });
      assertEquals(
        editPlan.kind === "placed" ? editPlan.found : editPlan,
        `/etc/nixos/${where}; Nix evaluates it to ${IMAGE}:17`,
      );
      // What else a rebuild would change is seen of oci-containers alone.
      assertEquals(
        editPlan.kind === "placed" && editPlan.isEvaluated,
        undefined,
      );
      const other = await place({}, { container: "web" });
      assertStringIncludes(
        other.kind === "placed" ? other.found : other.problem,
        'read, not evaluated (Nix knows no container "web" in this configuration)',
      );
    }));
}

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  IMAGE,
  inTree,
  nixTest as test,
  WIKI,
} from "../../../tests/sample/nix_tree.ts";

/** Edits are tried on a copy, and Nix says what each makes of the host. */

test("A flake that names its own path is placed: what changes with the path is no change", () =>
  inTree({
    "flake.nix": `{
  inputs.nixpkgs.url = "path:NIXPKGS";
  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations.db-host = nixpkgs.lib.nixosSystem {
      specialArgs = { tree = self; };
      modules = [ ./wiki.nix ./own.nix ];
    };
  };
}
`,
    "wiki.nix": WIKI,
    "own.nix": `{ tree, ... }:
{
  wiki.postgresTag = "15";
  virtualisation.oci-containers.containers.app = {
    image = "app:1";
    volumes = [ "\${tree}/app:/app" "\${toString ./.}:/config" ];
  };
}
`,
  }, async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "placed" ? editPlan.found : editPlan.problem,
      `/etc/nixos/own.nix:3 wiki.postgresTag; Nix evaluates it to ${IMAGE}:17`,
    );
  }));

test("The same without a flake, where a copy lies elsewhere", () =>
  inTree({
    "configuration.nix": `{
  imports = [ ./wiki.nix ];
  wiki.postgresTag = "15";
  virtualisation.oci-containers.containers.app = {
    image = "app:1";
    volumes = [ "\${toString ./.}:/config" ];
  };
}
`,
    "wiki.nix": WIKI,
  }, async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "placed" ? editPlan.found : editPlan.problem,
      `/etc/nixos/configuration.nix:3 wiki.postgresTag; Nix evaluates it to ${IMAGE}:17`,
    );
  }));

test("What it builds while it is evaluated is not built, and told", () =>
  inTree({
    "configuration.nix": `{
  imports = [ (import (derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; })) ];
}
`,
  }, async (place) => {
    const editPlan = await place({});
    assertStringIncludes(
      editPlan.kind === "unplaced" ? editPlan.problem : editPlan.found,
      "it builds something while it is evaluated (import from derivation)",
    );
  }));

test("What a rebuild would change besides is told", () =>
  inTree({
    "configuration.nix": `{ imports = [ ./wiki.nix ]; }\n`,
    "wiki.nix": WIKI,
  }, async (place) => {
    const editPlan = await place({});
    // No unit of that name is on this machine.
    assertEquals(
      editPlan.kind === "placed" && editPlan.pending,
      ["podman-db.service"],
    );
  }));

const TO_18 = {
  to: { tag: "18", image: `${IMAGE}:18` },
  mount: {
    volume: "/srv/db",
    fromPath: "/var/lib/postgresql/data",
    toPath: "/var/lib/postgresql",
  },
};

/** A module that is not of this tree: only its option is known. */
const FOREIGN = {
  "configuration.nix": `{ imports = [ ./hosts/db.nix FORUM ]; }\n`,
  "hosts/db.nix": `{ lib, ... }:
{
  networking.hostName = "db";
  forum.enable = true;
}
`,
};
const FORUM = `{ config, lib, ... }:
{
  options.forum = {
    enable = lib.mkOption { type = lib.types.bool; default = false; };
    release = lib.mkOption { type = lib.types.str; default = "15"; };
    major = lib.mkOption { type = lib.types.int; default = 15; };
  };
  config.virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:\${toString config.forum.major}";
    volumes = [ "/srv/db:/var/lib/postgresql/data" ];
  };
}
`;

test("The option of a module that is elsewhere: each that has the value is tried", () =>
  inTree({ ...FOREIGN, "../forum.nix": FORUM }, async (place) => {
    const seventeen = await place({});
    assertEquals(
      seventeen.kind === "placed" ? seventeen.diff : seventeen,
      `--- /etc/nixos/hosts/db.nix
+++ /etc/nixos/hosts/db.nix
@@ -2,4 +2,5 @@
 {
   networking.hostName = "db";
   forum.enable = true;
+  forum.major = 17;
 }`,
    );
    const eighteen = await place({ option: "forum.major" }, TO_18);
    assertEquals(
      eighteen.kind === "placed"
        ? eighteen.changes[0]?.edits[0]?.new
        : eighteen,
      `
  forum.major = 18;
  virtualisation.oci-containers.containers.db.volumes = lib.mkForce [ "/srv/db:/var/lib/postgresql" ];`,
    );
    const other = await place({ option: "forum.release" });
    assertEquals(other.kind, "unplaced");
  }));

test("The same where only its path says that a file is this host's own", () =>
  inTree({
    "flake.nix": `{
  inputs.nixpkgs.url = "path:NIXPKGS";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = let
      mk = name: nixpkgs.lib.nixosSystem {
        modules = [ { networking.hostName = name; } ./forum.nix (./hosts + "/\${name}.nix") ];
      };
    in { db-host = mk "db-host"; other = mk "other"; };
  };
}
`,
    "hosts/db-host.nix": `{\n  time.timeZone = "UTC";\n}\n`,
    "hosts/other.nix": `{ }\n`,
    "forum.nix": FORUM,
  }, async (place) => {
    const placed = await place({});
    assertEquals(
      placed.kind === "placed" ? placed.found : placed.problem,
      `/etc/nixos/hosts/db-host.nix:2 forum.major; Nix evaluates it to ${IMAGE}:17`,
    );
  }));

test("Of several places that reading cannot tell apart Nix knows the one", () =>
  inTree({
    "configuration.nix": `{ lib, ... }:
{
  imports = map (it: ./. + "/\${it}.nix") [ "wiki" "one" ];
}
`,
    "wiki.nix": WIKI,
    "one.nix":
      `{ lib, ... }: { wiki = lib.mkMerge [ (lib.mkIf false { postgresTag = "15"; }) (lib.mkIf true { postgresTag = "15"; }) ]; }\n`,
  }, async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "placed" ? editPlan.found : editPlan.problem,
      `/etc/nixos/one.nix:1 wiki.postgresTag; Nix evaluates it to ${IMAGE}:17`,
    );
  }));

test("The container itself may repeat the version, and its mount may be an option", () =>
  inTree({
    "configuration.nix": `{
  virtualisation.oci-containers.containers.db = rec {
    tag = "15";
    image = "docker.io/library/postgres:\${tag}";
    labels.version = tag;
    volumes = [ "/srv/backup/:/backup/" ];
    extraOptions = [ "--mount=type=bind,src=/srv/db,dst=/var/lib/postgresql/data" ];
  };
}
`,
  }, async (place) => {
    const seventeen = await place({});
    assertEquals(
      seventeen.kind === "placed" && seventeen.isEvaluated,
      true,
    );
    const eighteen = await place({}, TO_18);
    assertStringIncludes(
      eighteen.kind === "placed" ? eighteen.diff : eighteen.problem,
      `+    extraOptions = [ "--mount=type=bind,src=/srv/db,dst=/var/lib/postgresql" ];`,
    );
  }));

test("Where only the image evaluates, what Nix mounts counts all the same", () =>
  inTree({
    "flake.nix": `{
  inputs.nixpkgs.url = "path:NIXPKGS";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = let
      mk = name: nixpkgs.lib.nixosSystem { modules = [ ./wiki.nix (./hosts + "/\${name}.nix") ]; };
    in { db-host = mk "db-host"; other = mk "other"; };
  };
}
`,
    "wiki.nix": WIKI
      .replace("{\n", "{\n  options.bad = { }.x;\n")
      .replace(`"/srv/db:`, `"\${toString /srv/db}:`),
    "hosts/db-host.nix": `{ lib, ... }:\n{\n  wiki.postgresTag = "15";\n}\n`,
    "hosts/other.nix": `{ wiki.postgresTag = "15"; }\n`,
  }, async (place) => {
    const placed = await place({}, TO_18);
    assertEquals(
      placed.kind === "placed" ? placed.found : placed.problem,
      `/etc/nixos/hosts/db-host.nix:3 wiki.postgresTag; Nix evaluates it to ${IMAGE}:18`,
    );
    // Nobody knows what a rebuild would do besides.
    assertEquals(placed.kind === "placed" && placed.isEvaluated, undefined);
  }));

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  IMAGE,
  inTree,
  nixTest as test,
  WIKI,
} from "../../../tests/sample/nix_tree.ts";

/** No other host of a flake gets a change, though reading follows none. */

const FLAKE = `{
  inputs.nixpkgs.url = "path:NIXPKGS";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = builtins.mapAttrs
      (name: _: nixpkgs.lib.nixosSystem { modules = [ ./wiki.nix (./hosts + "/\${name}/default.nix") ]; })
      (builtins.readDir ./hosts);
  };
}
`;
const fleet = (wiki: string, own = `wiki.postgresTag = "15";`) => ({
  "flake.nix": FLAKE,
  "wiki.nix": wiki,
  "hosts/db-host/default.nix": `{ lib, ... }:\n{\n  ${own}\n}\n`,
  "hosts/other/default.nix":
    `{ lib, ... }:\n{\n  networking.hostName = "other";\n}\n`,
});
const TO_18 = {
  to: { tag: "18", image: `${IMAGE}:18` },
  mount: {
    volume: "/srv/db",
    fromPath: "/var/lib/postgresql/data",
    toPath: "/var/lib/postgresql",
  },
};

test("The mount of a module that another host has, too, stays; this host gets its own", () =>
  inTree(fleet(WIKI), async (place) => {
    const editPlan = await place({}, TO_18);
    assertEquals(
      editPlan.kind === "placed" && editPlan.changes.map(({ file }) => file),
      ["/etc/nixos/hosts/db-host/default.nix"],
    );
  }));

const LITERAL = WIKI.replace("${config.wiki.postgresTag}", "15");

test("An image in a module that another host has, too, is not changed", () =>
  inTree(fleet(LITERAL), async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "unplaced" ? editPlan.problem : editPlan.changes,
      "it would change another host: other (db)",
    );
  }));

test("A host that is called as the tree's own directory is no owner of all in it", () =>
  inTree({
    ...fleet(LITERAL),
    "hosts/etc/default.nix": "{ }\n",
  }, async (place) => {
    const editPlan = await place({ hostname: "etc" });
    assertStringIncludes(
      editPlan.kind === "unplaced" ? editPlan.problem : "",
      "it would change another host: ",
    );
  }));

test("A host that does not evaluate may have a file, too, unless its path names this one", () =>
  inTree({
    ...fleet(LITERAL),
    "hosts/other/default.nix": `{ imports = [ (throw "no secret") ]; }\n`,
  }, async (place) => {
    const shared = await place({});
    assertStringIncludes(
      shared.kind === "unplaced" ? shared.problem : "",
      "it may change another host: other does not evaluate (error: no secret)",
    );
  }));

test("What stands in this host's own file is changed, whoever does not evaluate", () =>
  inTree({
    ...fleet(WIKI),
    "hosts/other/default.nix": `{ imports = [ (throw "no secret") ]; }\n`,
  }, async (place) => {
    const editPlan = await place({});
    assertEquals(
      editPlan.kind === "placed" && editPlan.changes.map(({ file }) => file),
      ["/etc/nixos/hosts/db-host/default.nix"],
    );
  }));

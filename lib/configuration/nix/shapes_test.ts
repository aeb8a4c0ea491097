import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  IMAGE,
  inTree,
  nixTest as test,
  WIKI,
} from "../../../tests/sample/nix_tree.ts";

/** Trees of other shapes: made by a library of flakes, or with links. */

const OTHER = "hosts/other/default.nix";
/** Its modules make a host each, put together by a function of an input. */
const PARTS = {
  "../nixpkgs/parts/flake.nix": `{
  outputs = _: {
    lib.mkFlake = { inputs }: module:
      let
        load = it:
          let
            raw = if builtins.isPath it then import it else it;
            own = if builtins.isFunction raw then raw { inherit inputs; inherit (inputs) self; } else raw;
          in
          [ own ] ++ builtins.concatMap load (own.imports or [ ]);
      in
      {
        nixosConfigurations = builtins.foldl'
          (all: own: all // own.flake.nixosConfigurations or { }) { } (load module);
      };
  };
}
`,
  "flake.nix": `{
  inputs.nixpkgs.url = "path:NIXPKGS";
  inputs.flake-parts.url = "path:NIXPKGS/parts";
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } {
    systems = [ "x86_64-linux" ];
    imports = [ ./hosts/db-host ./hosts/other ];
  };
}
`,
  "hosts/db-host/default.nix": `{ inputs, ... }:
{
  flake.nixosConfigurations.db-host = inputs.nixpkgs.lib.nixosSystem {
    modules = [ ../../wiki.nix ./machine.nix ];
  };
}
`,
  "hosts/db-host/machine.nix":
    `{ lib, ... }:\n{\n  system.stateVersion = "23.05";\n}\n`,
  [OTHER]: `{ inputs, ... }:
{
  flake.nixosConfigurations.other = inputs.nixpkgs.lib.nixosSystem { modules = [ ../../wiki.nix ]; };
}
`,
  "wiki.nix": WIKI,
};

test("A flake of parts: the host's own file gets a line", () =>
  inTree(PARTS, async (place) => {
    for (const option of [undefined, "wiki.postgresTag"]) {
      const placed = await place(option === undefined ? {} : { option });
      assertEquals(
        placed.kind === "placed" ? placed.found : placed.problem,
        `/etc/nixos/hosts/db-host/machine.nix:3 wiki.postgresTag; Nix evaluates it to ${IMAGE}:17`,
      );
    }
  }));

test("The same where another host's part brings that file in, too", () =>
  inTree({
    ...PARTS,
    [OTHER]: PARTS[OTHER].replace(" ]", " ../db-host/machine.nix ]"),
  }, async (place) => {
    const placed = await place({});
    assertEquals(placed.kind, "unplaced");
  }));

test("Without a flake configuration.nix may be a link to the host's file", () =>
  inTree({
    "configuration.nix": "-> hosts/db.nix",
    "hosts/db.nix": `{\n  imports = [ ../modules/wiki.nix ./own.nix ];\n}\n`,
    "hosts/own.nix": "-> ../modules/own.nix",
    "modules/own.nix": `{ wiki.postgresTag = "15"; }\n`,
    "modules/wiki.nix": WIKI,
  }, async (place) => {
    const asked = [{}, { isRead: true }];
    for (const it of asked) {
      const placed = await place(it);
      assertStringIncludes(
        placed.kind === "placed" ? placed.found : placed.problem,
        "/etc/nixos/modules/own.nix:1 wiki.postgresTag; ",
      );
    }
    const placed = await place({});
    assertEquals(placed.kind === "placed" && placed.isEvaluated, true);
  }));

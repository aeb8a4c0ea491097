# pgladder for NixOS hosts and for Nix.
#
#   inputs.pgladder.url = "path:/where/this/lies";
#   inputs.pgladder.inputs.nixpkgs.follows = "nixpkgs";
#   …
#   imports = [ pgladder.nixosModules.default ];
#   programs.pgladder.enable = true;
#
# What is installed is the one file that is tested everywhere, dist/pgladder.
# Run `make build` first (`make build ARCH=aarch64` for hosts of that kind), and
# name this directory as path:, since Git's view of it has no dist/; or fetch a
# release and say programs.pgladder.file = ./it.
#
# Evaluated and built with Nix 2.26 against a stand-in for nixpkgs
# (tests/specs/packages_test.ts). Not tried: nixpkgs itself, a NixOS rebuild,
# Nix's sandbox. There is no flake.lock: let nixpkgs follow yours.
{
  description = "Upgrades a containerised PostgreSQL, step by step, with a way back";

  inputs.nixpkgs.url = "nixpkgs";

  outputs =
    { self, nixpkgs }:
    let
      machines = {
        x86_64-linux = "x86_64";
        aarch64-linux = "aarch64";
      };
      # The one that is named for the machine, else the one of the machine that built.
      fileFor =
        system:
        let
          named = ./dist + "/pgladder-${machines.${system}}";
          built = ./dist/pgladder;
        in
        if builtins.pathExists named then
          named
        else if builtins.pathExists built then
          built
        else
          throw "There is no dist/pgladder in this flake: run make build, and name its directory as path:…, or say programs.pgladder.file";
      packageOf =
        pkgs: file:
        pkgs.callPackage ./lib/pack/package.nix {
          inherit file;
          inherit (builtins.fromJSON (builtins.readFile ./deno.json)) version;
        };
    in
    {
      packages = builtins.mapAttrs (system: _: rec {
        pgladder = packageOf nixpkgs.legacyPackages.${system} (fileFor system);
        default = pgladder;
      }) machines;
      nixosModules.default = import ./lib/pack/module.nix { inherit fileFor packageOf; };
    };
}

# pgladder for NixOS hosts and for Nix.
#
#   inputs.pgladder.url = "path:/where/this/lies";
#   inputs.pgladder.inputs.nixpkgs.follows = "nixpkgs";
#   …
#   imports = [ pgladder.nixosModules.default ];
#   programs.pgladder.enable = true;
#
# What is installed is the one file that is tested everywhere, dist/pgladder.
# Run `make build` first, and name this directory as path:, since Git's view of
# it has no dist/; or fetch a release and say programs.pgladder.file = ./it.
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
      system = "x86_64-linux";
      built = ./dist/pgladder;
      file =
        if builtins.pathExists built then
          built
        else
          throw "There is no dist/pgladder in this flake: run make build, and name its directory as path:…, or say programs.pgladder.file";
      packageOf =
        pkgs: file:
        pkgs.callPackage ./lib/pack/package.nix {
          inherit file;
          inherit (builtins.fromJSON (builtins.readFile ./deno.json)) version;
        };
      pgladder = packageOf nixpkgs.legacyPackages.${system} file;
    in
    {
      packages.${system} = {
        inherit pgladder;
        default = pgladder;
      };
      nixosModules.default = import ./lib/pack/module.nix { inherit file packageOf; };
    };
}

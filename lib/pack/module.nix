# programs.pgladder: puts pgladder on a NixOS host.
{ fileFor, packageOf }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.pgladder;
in
{
  options.programs.pgladder = {
    enable = lib.mkEnableOption "pgladder, which upgrades containerised PostgreSQL";
    file = lib.mkOption {
      type = lib.types.path;
      default = fileFor pkgs.stdenv.hostPlatform.system;
      defaultText = "dist/pgladder of the flake";
      description = "The one file: of a release, or as make build makes it.";
    };
    package = lib.mkOption {
      type = lib.types.package;
      default = packageOf pkgs cfg.file;
      defaultText = "the file with its man page and completions";
      description = "What is installed.";
    };
  };
  config = lib.mkIf cfg.enable { environment.systemPackages = [ cfg.package ]; };
}

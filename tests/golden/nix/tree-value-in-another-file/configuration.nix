{ pkgs, ... }:
let
  versions = import ./versions.nix;
  inherit (import ./lib { inherit pkgs; }) registry;
in
{
  virtualisation.oci-containers.containers.db.image = "${registry}/postgres:${versions.postgres}";
}

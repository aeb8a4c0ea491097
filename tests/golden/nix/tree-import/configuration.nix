{ config, ... }:

{
  imports = [
    ./hardware-configuration.nix
    ./services/pleroma.nix
    <home-manager/nixos>
  ];
  networking.hostName = "db-host";
}

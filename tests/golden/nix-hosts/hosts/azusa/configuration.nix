{ config, lib, ... }:

{
  imports = [ ./hardware.nix ../../modules ];
  networking.hostName = "azusa";

  nixfiles.pleroma = {
    enable = true;
    # postgresTag = "13";
    postgresTag = "15"; # since 2023
  };
  nixfiles.wiki.enable = true;
  nixfiles.wiki.postgresTag = "15";
}

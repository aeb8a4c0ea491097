{ config, lib, pkgs, ... }:

with lib;
{
  wiki.enable = true;
  wiki.postgresTag = "15";

  networking.firewall.allowedTCPPorts = [ 80 ];
}

{ config, lib, ... }:

{
  imports = [
    ./hardware.nix
    ./modules/forum.nix
  ];

  networking.hostName = "db-host";

  # The forum, since 15 May.
  services.forum.enable = true;
  services.forum.postgresTag = "15"; # "15" was new then

  system.stateVersion = "23.05";
}

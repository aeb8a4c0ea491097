{ config, ... }:
{
  imports = [ ./modules/forum.nix ];

  networking.hostName = "db-host";

  services.forum.enable = true;
  services.forum.domain = "forum.example.com"; # since 2015

  services.openssh.enable = true;
}

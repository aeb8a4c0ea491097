{ config, ... }:
{
  imports = [ ./wiki.nix ];
  services.openssh.enable = true;
  services.openssh.ports = [ 22 ];
  users = {
    users.a.isNormalUser = true;
  };
}

{
  imports = [ ./wiki.nix ];
  services = {
    openssh.enable = true;
  };
  networking = {
    hostName = "db";
  };
}

{
  imports = [ ./wiki.nix ./hosts/db-host.nix ];
}

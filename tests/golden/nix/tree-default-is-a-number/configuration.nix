{
  imports = [ ./wiki.nix ];
  wiki.enable = true;
}

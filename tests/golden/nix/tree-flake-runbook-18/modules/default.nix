{
  imports = [ ./wiki.nix ];
}

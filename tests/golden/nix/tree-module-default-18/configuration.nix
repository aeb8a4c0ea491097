{
  imports = [ ./forum.nix ];
  services.forum = { enable = true; };
}

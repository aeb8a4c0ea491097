{
  services.forum.enable = true;
}

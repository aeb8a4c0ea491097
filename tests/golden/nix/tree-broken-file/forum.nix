{
  services.forum.enable = true;
  services.forum.pgTag = "15"
}

{
  services.forum.pgTag = "14";
}

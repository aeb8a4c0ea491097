{
  services.forum.dataDir = "/srv/db";
}

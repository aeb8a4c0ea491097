{
  services.forum.postgresTag = "15";
  services.wiki.pgVersion = "15";
}

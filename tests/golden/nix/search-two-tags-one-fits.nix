{
  services.forum.postgresTag = "15";
  services.wiki-db.pgVersion = "15";
}

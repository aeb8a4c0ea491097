{
  services.forum.database.image = "docker.io/library/postgres:15";
}

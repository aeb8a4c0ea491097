{
  services.forum = {
    enable = true;
    image = "registry.example.com/forum:15";
    database.image = "docker.io/library/postgres:15";
  };
}

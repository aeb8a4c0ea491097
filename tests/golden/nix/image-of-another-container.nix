{
  virtualisation.oci-containers.containers.wiki-db.image = "docker.io/library/postgres:15";
}

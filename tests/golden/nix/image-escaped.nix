{
  virtualisation.oci-containers.containers.db.image = "docker.io/library\/postgres:15";
}

let postgresTag = "15"; in {
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:${postgresTag}";
}

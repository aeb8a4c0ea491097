{
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:15@sha256:0a1b";
}

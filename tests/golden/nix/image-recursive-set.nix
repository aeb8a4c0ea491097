{
  virtualisation.oci-containers.containers.db = rec {
    tag = "15";
    image = "docker.io/library/postgres:${tag}";
    labels = { version = tag; };
  };
}

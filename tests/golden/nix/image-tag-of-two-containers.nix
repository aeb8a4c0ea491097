let
  tag = "15";
in
{
  virtualisation.oci-containers.containers = {
    db.image = "docker.io/library/postgres:${tag}";
    other-db.image = "docker.io/library/postgres:${tag}";
  };
}

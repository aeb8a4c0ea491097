let
  tag = "15";
in
{
  virtualisation.oci-containers.containers = {
    old.image = let tag = "14"; in "docker.io/library/postgres:${tag}";
    db.image = "docker.io/library/postgres:${tag}";
  };
}

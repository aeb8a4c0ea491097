let
  major = "15";
  minor = "8";
in
{
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:${major}.${minor}";
}

let
  names.db = "wiki-db";
in
{
  virtualisation.oci-containers.containers."${names.db}".image = "docker.io/library/postgres:15";
}

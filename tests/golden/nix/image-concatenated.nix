let
  repository = "docker.io/library/";
in
{
  virtualisation.oci-containers.containers.db.image = repository + "postgres:" + "15";
}

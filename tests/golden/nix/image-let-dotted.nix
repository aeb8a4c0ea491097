let
  versions.redis = "7";
  versions.postgres = "15";
  inherit (versions) postgres;
in
{
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:${postgres}";
}

{ config, ... }:
let
  versions = {
    redis = "7";
    postgres = "15";
  };
in
{
  virtualisation.oci-containers.containers = {
    cache.image = "docker.io/library/redis:${versions.redis}";
    db.image = "docker.io/library/postgres:${versions.postgres}";
  };
}

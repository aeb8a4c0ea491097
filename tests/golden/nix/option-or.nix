{ config, ... }:
{
  virtualisation.oci-containers.containers.db.image =
    "docker.io/library/postgres:${config.services.forum.pgTag or "15"}";
}

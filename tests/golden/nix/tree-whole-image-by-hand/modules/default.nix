{ config, lib, ... }:
{
  options.wiki.postgresImage = lib.mkOption {
    type = lib.types.str;
    default = "docker.io/library/postgres:15-alpine";
  };
  config.virtualisation.oci-containers.containers.db.image = config.wiki.postgresImage;
}

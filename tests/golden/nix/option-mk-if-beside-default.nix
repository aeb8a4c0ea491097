{ config, lib, ... }:
{
  options.services.forum.pgTag = lib.mkOption { default = "15"; };
  config = lib.mkMerge [
    (lib.mkIf (config.networking.hostName == "db-host") { services.forum.pgTag = "15"; })
    {
      virtualisation.oci-containers.containers.db.image =
        "docker.io/library/postgres:${config.services.forum.pgTag}";
    }
  ];
}

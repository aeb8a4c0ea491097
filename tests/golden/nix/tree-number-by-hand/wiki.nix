{ config, lib, ... }:
{
  options.wiki = {
    enable = lib.mkEnableOption "the wiki";
    postgresTag = lib.mkOption {
      type = lib.types.int;
      default = 15;
    };
  };
  config = lib.mkIf config.wiki.enable {
    virtualisation.oci-containers.containers.db = {
      image = "docker.io/library/postgres:${toString config.wiki.postgresTag}";
      volumes = [ "/srv/db:/var/lib/postgresql/data" ];
    };
  };
}

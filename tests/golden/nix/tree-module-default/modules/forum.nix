{ config, lib, ... }:
let
  cfg = config.services.forum;
in
{
  options.services.forum = {
    enable = lib.mkEnableOption "the forum";
    domain = lib.mkOption { type = lib.types.str; };
    postgresTag = lib.mkOption {
      type = lib.types.str;
      default = "15";
      description = "The tag of the postgres image.";
    };
  };

  config = lib.mkIf cfg.enable {
    virtualisation.oci-containers.containers.db = {
      image = "docker.io/library/postgres:${cfg.postgresTag}";
      volumes = [ "/srv/db:/var/lib/postgresql/data" ];
    };
  };
}

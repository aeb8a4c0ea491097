{ config, lib, ... }:
let
  cfg = config.services.forum;
in
{
  options.services.forum = {
    enable = lib.mkEnableOption "the forum";
    pgTag = lib.mkOption {
      type = lib.types.str;
      default = "15";
    };
  };

  config = lib.mkIf cfg.enable {
    virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:${cfg.pgTag}";
  };
}

{ config, lib, ... }:

with lib;
let
  cfg = config.services.forum;
in
{
  options.services.forum = {
    enable = mkEnableOption "the forum";
    dataDir = mkOption { type = types.path; };
    postgresTag = mkOption {
      type = types.str;
      default = "13";
      description = "The tag of the postgres image.";
    };
  };

  config = mkIf cfg.enable {
    virtualisation.oci-containers.containers.db = {
      image = "docker.io/library/postgres:${cfg.postgresTag}";
      environment.POSTGRES_PASSWORD = "rig-db";
      ports = [ "127.0.0.1:5432:5432" ];
      volumes = [ "${cfg.dataDir}:/var/lib/postgresql/data" ];
    };
  };
}

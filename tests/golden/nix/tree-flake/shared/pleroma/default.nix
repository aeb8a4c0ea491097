{ config, lib, ... }:

with lib;
let
  cfg = config.nixfiles.pleroma;
  backend = config.virtualisation.oci-containers.backend;
in
{
  imports = [ ./options.nix ];

  config = mkIf cfg.enable {
    systemd.services.pleroma = {
      wantedBy = [ "multi-user.target" ];
      after = [ "${backend}-pleroma-db.service" ];
      requires = [ "${backend}-pleroma-db.service" ];
    };

    nixfiles.oci-containers.containers.pleroma-db = {
      image = "docker.io/library/postgres:${cfg.postgresTag}";
      volumes = [{ name = "pgdata"; inner = "/var/lib/postgresql/data"; }];
    };
  };
}

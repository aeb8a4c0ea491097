{ config, lib, ... }:

with lib;
let
  cfg = config.nixfiles.pleroma;
in
{
  imports = [ ./options.nix ];

  config = mkIf cfg.enable {
    virtualisation.oci-containers.containers.pleroma-db = {
      image = "docker.io/library/postgres:${cfg.postgresTag}";
      environment.POSTGRES_PASSWORD = "pleroma";
      volumes = [ "/srv/pleroma:/var/lib/postgresql/data" ];
    };
  };
}

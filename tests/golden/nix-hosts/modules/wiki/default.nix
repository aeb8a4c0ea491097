{ config, lib, ... }:

with lib;
let
  cfg = config.nixfiles.wiki;
in
{
  imports = [ ./options.nix ];

  config = mkIf cfg.enable {
    virtualisation.oci-containers.containers.wiki-db = {
      image = "docker.io/library/postgres:${cfg.postgresTag}";
      environment.POSTGRES_PASSWORD = "wiki";
      volumes = [ "/srv/wiki:/var/lib/postgresql/data" ];
    };
  };
}

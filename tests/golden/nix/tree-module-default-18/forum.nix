{ config, lib, ... }: {
  options.services.forum.enable = lib.mkEnableOption "the forum";
  options.services.forum.postgresTag = lib.mkOption { default = "15"; };
  config.virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:${config.services.forum.postgresTag}";
    volumes = [ "/srv/db:/var/lib/postgresql/data" ];
  };
}

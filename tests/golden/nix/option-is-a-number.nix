{ config, ... }:
{
  services.forum.pgMajor = 15;
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:${toString config.services.forum.pgMajor}";
    volumes = [ "/srv/db:/var/lib/postgresql/data" ];
  };
}

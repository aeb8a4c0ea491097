{ lib, ... }:
{
  virtualisation.oci-containers.containers = lib.listToAttrs [{
    name = "db";
    value = {
      image = "docker.io/library/postgres:15";
      volumes = [ "/srv/db:/var/lib/postgresql/data" ];
    };
  }];
}

{ lib, ... }:
let
  mkDb = name: tag: {
    image = "docker.io/library/postgres:${tag}";
    volumes = [ "/srv/${name}:/var/lib/postgresql/data" ];
  };
in
{
  virtualisation.oci-containers.containers.db = mkDb "db" "15";
}

{ lib, ... }:
{
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:15";
    volumes = map (dir: "/srv/${dir}:/var/lib/postgresql/${dir}") [ "data" ];
  };
}

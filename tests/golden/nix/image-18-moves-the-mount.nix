{ pkgs, ... }:
{
  virtualisation.oci-containers = {
    backend = "podman";
    containers.db = {
      image = "docker.io/library/postgres:15";
      autoStart = true;
      environmentFiles = [ "/run/secrets/db" ];
      volumes = [
        "/srv/db:/var/lib/postgresql/data"
        "/run/db:/var/run/postgresql"
      ];
    };
  };
}

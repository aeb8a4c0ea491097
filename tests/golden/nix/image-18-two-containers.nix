{
  virtualisation.oci-containers.containers = {
    db = {
      image = "docker.io/library/postgres:15";
      volumes = [ "/srv/db:/var/lib/postgresql/data" ];
    };
    db2 = {
      image = "docker.io/library/postgres:15";
      volumes = [ "/srv/db2:/var/lib/postgresql/data" ];
    };
  };
}

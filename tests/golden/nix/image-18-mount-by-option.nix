{
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:15";
    extraOptions = [
      "--shm-size=1g"
      "--mount=type=bind,src=/srv/db,dst=/var/lib/postgresql/data"
    ];
    environment.BACKUP_OF = "/var/lib/postgresql/data";
  };
}

{ config, ... }:
let
  dataDir = "/srv";
in
{
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:15";
    volumes = [ "${dataDir}/db:/var/lib/postgresql/data" "${config.services.db.dir}/wal:/wal" ];
  };
}

{ config, ... }:
{
  virtualisation.oci-containers.containers.db.image =
    if config.networking.hostName == "db-host"
    then "docker.io/library/postgres:15"
    else "docker.io/library/postgres:14";
}

{ config, ... }:
{
  environment.etc."containers/systemd/db.container".text = ''
    [Container]
    ContainerName=db
    Image=docker.io/library/postgres:${config.wiki.postgresTag}
  '';
}

{
  environment.etc."containers/systemd/db.container".text = ''
    [Container]
    ContainerName=db
    Image=docker.io/library/postgres:15
    Volume=/srv/db:/var/lib/postgresql/data
  '';
}

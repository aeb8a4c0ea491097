{
  virtualisation.arion.projects.wiki.settings.services.db.service = {
    image = "docker.io/library/postgres:15";
    volumes = [ "/srv/db:/var/lib/postgresql/data" ];
  };
}

{
  nixfiles.oci-containers.pods.shop = {
    volumeSubDir = "shop";
    containers = {
      web.image = "registry.example.com/shop:3.1.15";
      db = {
        image = "docker.io/library/postgres:15";
        environment.POSTGRES_PASSWORD = "shop";
        volumes = [{ name = "pgdata"; inner = "/var/lib/postgresql/data"; }];
      };
    };
  };
}

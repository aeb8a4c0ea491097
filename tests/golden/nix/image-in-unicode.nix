{
  # Die Datenbank – für 15 Läden 🐘
  virtualisation.oci-containers.containers.db = {
    labels."größe" = "groß 🐘"; image = "docker.io/library/postgres:15"; # 🐘🐘
  };
}

{
  virtualisation.oci-containers.containers.db.image =
    "mirror.gcr.io/postgres:15.8-alpine";
}

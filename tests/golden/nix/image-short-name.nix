{
  virtualisation.oci-containers.containers.db.image = "postgres:15";
}

let
  common = {
    autoStart = true;
    image = "docker.io/library/postgres:14";
  };
in
{
  virtualisation.oci-containers.containers.db = common // {
    image = "docker.io/library/postgres:15";
  };
}

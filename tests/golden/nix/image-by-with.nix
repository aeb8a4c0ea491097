let
  versions = { postgres = "15"; };
in
with versions;
{
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:${postgres}";
}

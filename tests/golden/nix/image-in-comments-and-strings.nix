# image = "docker.io/library/postgres:15";
{ pkgs, ... }: /* virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:15"; */
{
  environment.etc."notes".text = ''
    virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:15";
    ''${not} an interpolation, ''' nor the end
  '';
  users.motd = "image = \"docker.io/library/postgres:15\";"; # "
  virtualisation.oci-containers.containers.db = {
    # image = "docker.io/library/postgres:14";
    image = "docker.io/library/postgres:15"; # was 14; then 15
    cmd = [ "-c" "log_line_prefix=%m [%p] image = \"docker.io/library/postgres:15\"" ];
  };
}

{ a, ... }:
{
  programs.prompt = "${a.a}${a.b}${a.c}${a.d}${a.e}${a.f}${a.g}${a.h}${a.i}${a.j}!";
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:15";
}

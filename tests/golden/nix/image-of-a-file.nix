{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.db = {
    image = "my-postgres:latest";
    imageFile = pkgs.dockerTools.buildImage { name = "my-postgres"; tag = "15"; };
  };
}

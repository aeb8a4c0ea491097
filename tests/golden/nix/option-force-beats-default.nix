{ lib, ... }:

{
  services.forum.pgTag = lib.mkDefault "15";

  imports = [
    { services.forum.pgTag = lib.mkForce "15"; }
  ];
}

{ lib, ... }:

{
  services.forum.pgTag = lib.mkDefault "15";
}

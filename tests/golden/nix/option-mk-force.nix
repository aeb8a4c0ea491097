{ lib, ... }:

with lib;

{
  services.forum = {
    enable = true;
    # Whatever the module thinks.
    pgTag = mkForce "15";
  };
}

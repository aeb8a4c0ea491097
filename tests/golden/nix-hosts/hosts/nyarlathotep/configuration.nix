# Runs the wiki alone.
{ lib, ... }: {
  imports = [ ../../modules ];
  networking.hostName = "nyarlathotep";
  nixfiles.wiki.enable = true; nixfiles.wiki.postgresTag = lib.mkForce "15";
}

{ config, lib, pkgs, ... }:
{
  imports = [ <my-modules/forum.nix> ];

  system.stateVersion = "15";
  services.redis.servers."".version = "15";
  services.forum = {
    workers = "15";
    postgresTag = "15";
  };
}

{ config, lib, ... }:

{
  config = lib.mkIf config.services.forum.enable {
    services.forum.pgTag = "15";
  };
}

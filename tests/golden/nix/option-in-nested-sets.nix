{ config, ... }:

{
  nixfiles = {
    pleroma = {
      enable = true;
      domain = "social.example.com"; # 15 users
      postgresTag = "15";
    };
    umami = {
      enable = true;
      postgresTag = "15";
    };
  };
}

{ lib, ... }:

with lib;

{
  options.nixfiles.pleroma = {
    enable = mkOption { type = types.bool; default = false; };
    postgresTag = mkOption {
      type = types.str;
      default = "13"; # see "Upgrading PostgreSQL" before this is changed
      description = ''
        Tag of the `postgres` image, such as "13".
      '';
    };
  };
}

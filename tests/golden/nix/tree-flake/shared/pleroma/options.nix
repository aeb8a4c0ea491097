{ lib, ... }:
with lib;
{
  options.nixfiles.pleroma = {
    enable = mkOption { type = types.bool; default = false; };
    postgresTag = mkOption { type = types.str; default = "13"; };
  };
}

{ lib, ... }:

with lib;

{
  options.nixfiles.wiki = {
    enable = mkOption { type = types.bool; default = false; };
    postgresTag = mkOption { type = types.str; default = "13"; };
  };
}

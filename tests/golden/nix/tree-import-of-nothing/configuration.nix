{ lib, ... }:
{
  imports = map (name: ./services + "/${name}") (builtins.attrNames (builtins.readDir ./services));
}

{ lib, ... }:
{
  imports = [ ./wiki.nix ] ++ map (name: ./. + "/${name}") (lib.splitString " " "own.nix");
  wiki.enable = true;
}

args@{ config, lib, pkgs, modulesPath, tag ? "15", ... }:

assert lib.versionAtLeast lib.version "23.05" -> true;

with lib;

let
  inherit (lib) mkIf optionals;
  inherit (pkgs) "hello";
  f = { a ? 1, b }: a + b * -2 / 3 - 4;
  g = x: y: if !(x ? a.b || y ? "c d") && x != y then x // y else x ++ y;
  h = x: x.a.b or [ ];
  url = https://example.com/a?b=c&d=15;
  paths = [ ./a.nix ../b/c.nix /etc/hosts ~/x <nixpkgs/nixos> ./${"x"}/y.nix ];
  numbers = [ 1 1.5 .5 1.0e-3 (-1) ];
  comparison = 1 < 2 && 2 <= 3 || 3 > 2 -> 3 >= 2;
  ${"dynamic"} = "a\nb\"c\${d}$${e}";
in
{
  imports = [ (modulesPath + "/profiles/minimal.nix") "${modulesPath}/profiles/qemu-guest.nix" ]
    ++ optionals (args ? extra) [ ];

  virtualisation.oci-containers.containers.db = mkIf (f { b = 1; } == 1) {
    image = "docker.io/library/postgres:15";
    environment = { inherit url; "A B" = toString (h { }); };
    extraOptions = [ "--label=${builtins.concatStringsSep "," (map (x: "${x}") [ "a" "b" ])}" ];
  };

  environment.etc."a".text = ''
    ${if true then "x" else "y"} ''${a} $${b} ''' ''\n $ {c} '
  '';
}

# What our flake asks of nixpkgs and of NixOS, and nothing else, where neither
# can be had: options are what they default to, derivations run in the host.
{
  outputs =
    _:
    let
      lib = {
        licenses.mit = "MIT";
        types = {
          path = "path";
          package = "package";
        };
        mkOption = option: option;
        mkEnableOption = description: {
          inherit description;
          default = false;
        };
        mkIf = condition: content: if condition then content else { };
      };
      mkDerivation =
        system:
        {
          pname,
          version,
          src,
          installPhase,
          ...
        }:
        derivation {
          name = "${pname}-${version}";
          inherit system;
          builder = "/bin/sh";
          args = [
            "-euc"
            installPhase
          ];
          PATH = "/usr/bin:/bin";
          inherit src;
        };
      pkgsFor = system: {
        stdenv.hostPlatform = { inherit system; };
        callPackage =
          path: given:
          import path (
            {
              inherit lib;
              stdenvNoCC.mkDerivation = mkDerivation system;
            }
            // given
          );
      };
    in
    {
      legacyPackages.x86_64-linux = pkgsFor "x86_64-linux";
      legacyPackages.aarch64-linux = pkgsFor "aarch64-linux";
      # A module with one set of options said: what it makes of the host.
      lib.hostWith =
        module: said:
        let
          options = (module (arguments { })).options.programs.pgladder;
          programs.pgladder = builtins.mapAttrs (name: option: said.${name} or option.default) (
            (module (arguments { inherit programs; })).options.programs.pgladder
          );
          arguments = config: {
            inherit config lib;
            pkgs = pkgsFor builtins.currentSystem;
          };
        in
        (module (arguments { inherit programs; })).config;
    };
}

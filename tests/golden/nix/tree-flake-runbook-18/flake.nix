{
  outputs = { self, nixpkgs, ... }@inputs:
    {
      nixosConfigurations =
        let
          mkNixos = name: extra: nixpkgs.lib.nixosSystem {
            specialArgs = { inherit inputs; };
            modules = [
              { networking.hostName = name; }
              ./modules
              (./hosts + "/${name}" + /configuration.nix)
              (./hosts + "/${name}" + /hardware.nix)
            ] ++ extra;
          };
        in
        {
          db-host = mkNixos "db-host" [ "${nixpkgs}/nixos/modules/profiles/minimal.nix" ];
          other = mkNixos "other" [ ];
        };
    };
}

{
  outputs = { self, nixpkgs, ... }:
    let
      mkHost = name: nixpkgs.lib.nixosSystem {
        modules = [ (./hosts + "/${name}.nix") ];
      };
    in
    {
      nixosConfigurations.db-host = mkHost "db-host";
      nixosConfigurations.db-two = mkHost "db-two";
    };
}

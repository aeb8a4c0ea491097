{
  outputs = { self, nixpkgs, fleet, ... }: {
    nixosConfigurations = {
      other = nixpkgs.lib.nixosSystem { modules = [ ./modules ./hosts/other.nix ]; };
    } // fleet.lib.readHosts ./hosts;
  };
}

{
  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations = {
      other = nixpkgs.lib.nixosSystem { modules = [ ./modules ./hosts/other.nix ]; };
    } // import ./hosts { inherit nixpkgs; };
  };
}

{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = {
      db-host = nixpkgs.lib.nixosSystem { modules = [ ./db.nix ]; };
      db-two = nixpkgs.lib.nixosSystem { modules = [ ./db.nix ]; };
    };
  };
}

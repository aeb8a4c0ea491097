{
  outputs = inputs: {
    nixosConfigurations = builtins.mapAttrs
      (name: own: import ./lib/host.nix { inherit inputs name own; })
      { db-host = ./hosts/first.nix; other = ./hosts/second.nix; };
  };
}

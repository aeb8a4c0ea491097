{
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations = import ./hosts.nix inputs;
  };
}

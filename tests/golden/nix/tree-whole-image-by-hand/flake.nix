{
  outputs = inputs: {
    nixosConfigurations = inputs.fleet.lib.hosts ./.;
  };
}

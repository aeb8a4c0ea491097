{
  flake.nixosConfigurations = { };
}

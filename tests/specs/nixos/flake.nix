# The stand-in for NixOS as the input "nixpkgs" of a flake.
{
  outputs = _: {
    lib.nixosSystem = { modules, specialArgs ? { }, ... }: import ./system.nix {
      configuration = { imports = modules; };
      inherit specialArgs;
    };
  };
}

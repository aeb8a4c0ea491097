{
  outputs = { self, nixpkgs, ... }:
    let
      inherit (nixpkgs) lib;
      mk = { name, more ? [ ] }: lib.nixosSystem { modules = [ "${self}/modules" ./hosts/${name}.nix ] ++ more; };
    in
    {
      nixosConfigurations = lib.genAttrs [ "db-host" "other" ] (name: mk { inherit name; });
    };
}

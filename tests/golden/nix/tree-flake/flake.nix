{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.05";
  inputs.sops-nix.url = "github:Mic92/sops-nix";

  outputs = { self, nixpkgs, sops-nix, ... }@inputs:
    let
      system = "x86_64-linux";
      specialArgs = { inherit inputs; };
    in
    {
      formatter.${system} = nixpkgs.legacyPackages.${system}.nixpkgs-fmt;

      nixosConfigurations.db-host = nixpkgs.lib.nixosSystem {
        inherit specialArgs system;
        modules = [
          ./shared
          ./hosts/db-host/configuration.nix
          "${nixpkgs}/nixos/modules/profiles/qemu-guest.nix"
          sops-nix.nixosModules.sops
          { system.configurationRevision = self.rev or "dirty"; }
        ];
      };

      nixosConfigurations.other = nixpkgs.lib.nixosSystem {
        inherit specialArgs system;
        modules = [ ./shared ./hosts/other/configuration.nix ];
      };
    };
}

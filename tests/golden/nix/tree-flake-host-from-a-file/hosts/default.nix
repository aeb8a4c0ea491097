{ nixpkgs }: {
  db-host = nixpkgs.lib.nixosSystem { modules = [ ../modules ./own.nix ]; };
}

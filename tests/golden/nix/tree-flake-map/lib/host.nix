{ inputs, name, own }:
inputs.nixpkgs.lib.nixosSystem {
  modules = [ ../modules own { networking.hostName = name; } ];
}

{ imports = [ ./forum.nix ./hardware.nix ]; }

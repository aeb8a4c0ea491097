{ boot.kernelModules = [ "kvm-intel" ]; }

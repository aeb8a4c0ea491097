# The one file, with the man page and the completions that it prints itself.
{
  lib,
  stdenvNoCC,
  file,
  version,
}:
stdenvNoCC.mkDerivation {
  pname = "pgladder";
  inherit version;
  src = file;
  dontUnpack = true;
  installPhase = "sh ${./install.sh} $src $out";
  # It stays byte for byte what was built: it brings its own C library.
  dontFixup = true;
  meta = {
    description = "Upgrades a containerised PostgreSQL, step by step, with a way back";
    license = lib.licenses.mit;
    mainProgram = "pgladder";
    platforms = [
      "x86_64-linux"
      "aarch64-linux"
    ];
  };
}

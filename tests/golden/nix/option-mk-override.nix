{ lib, ... }: {
  services.forum.pgTag = lib.mkOverride 90 ("15");
}

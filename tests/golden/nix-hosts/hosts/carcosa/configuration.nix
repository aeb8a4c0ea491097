{
  imports = [ ../../modules ];
  networking.hostName = "carcosa";
  nixfiles.pleroma.enable = true;
}

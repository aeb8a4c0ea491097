{
  fileSystems."/".device = "/dev/vda";
}

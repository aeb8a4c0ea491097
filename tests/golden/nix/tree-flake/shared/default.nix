{
  imports = [ ./pleroma ];
}

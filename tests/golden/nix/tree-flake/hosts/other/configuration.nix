{
  nixfiles.pleroma.enable = true;
  nixfiles.pleroma.postgresTag = "15";
}

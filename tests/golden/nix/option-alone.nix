{
  nixfiles.pleroma.postgresTag = "15";
}

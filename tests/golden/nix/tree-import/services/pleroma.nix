{
  nixfiles.pleroma = {
    enable = true;
    postgresTag = "15";
  };
}

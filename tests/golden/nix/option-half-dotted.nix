{
  networking.hostName = "db-host";

  nixfiles.pleroma = {
    enable = true;
    postgresTag = "15";
  };

  system.stateVersion = "23.05";
}

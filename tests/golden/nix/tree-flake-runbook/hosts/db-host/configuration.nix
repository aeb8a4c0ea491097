{
  wiki.enable = true;
  wiki.postgresTag = "15";
}

{
  wiki.postgresTag = "15";
}

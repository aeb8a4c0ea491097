{
  time.timeZone = "UTC";
  wiki.enable = true;
}

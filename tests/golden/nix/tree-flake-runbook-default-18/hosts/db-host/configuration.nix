{ config, lib, ... }:
{
  time.timeZone = "UTC";
  wiki.enable = true;
}

{ ... }:

let
  tag = "15";
  port = 15;
in
{
  services.forum = {
    pgTag = tag;
    inherit port;
  };
}

let
  pgTag = "15";
in
{
  services.forum = {
    inherit pgTag;
    enable = true;
  };
}

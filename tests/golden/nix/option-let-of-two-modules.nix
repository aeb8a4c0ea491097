let
  tag = "15";
in
{
  services.forum.pgTag = tag;
  services.wiki.pgTag = tag;
}
